"""The readers of event data sets, each with files to try it on and one good file."""

from engagement.readers.acled import read_acled
from engagement.readers.gdelt import read_gdelt
from engagement.readers.icews import read_icews
from engagement.readers.plover import read_plover
from engagement.readers.sipri import read_sipri
from engagement.readers.ucdp import read_ucdp_ged
from strategies import readers as files

READERS = {
    "gdelt": (read_gdelt, files.gdelt_files, files.tab_file([files.gdelt_row()])),
    "ucdp": (
        read_ucdp_ged,
        files.ucdp_files,
        files.csv_file(files.UCDP_COLUMNS, [files.ucdp_row()]),
    ),
    "icews": (
        read_icews,
        files.icews_files,
        files.headed_tab_file(files.ICEWS_COLUMNS, [files.icews_row()]),
    ),
    "acled": (
        read_acled,
        files.acled_files,
        files.csv_file(files.ACLED_COLUMNS, [files.acled_row()]),
    ),
    "register": (
        read_sipri,
        files.register_files,
        files.register_file([files.register_row()]),
    ),
    "deals": (
        read_sipri,
        files.deals_files,
        files.csv_file(files.DEALS_COLUMNS, [files.deal_row()], ";"),
    ),
    "polecat": (
        read_plover,
        files.polecat_files,
        files.headed_tab_file(files.POLECAT_COLUMNS, [files.polecat_row()]),
    ),
}
