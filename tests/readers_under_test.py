"""The readers of event data sets, each with files to try it on and one good file."""

from engagement.sources.acled import read_acled
from engagement.sources.gdelt import read_gdelt
from engagement.sources.icews import read_icews
from engagement.sources.plover import read_plover
from engagement.sources.sipri import read_sipri
from engagement.sources.ucdp import read_ucdp_ged
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
