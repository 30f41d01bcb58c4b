"""Dutch in Belgium, where slashes are written too."""

DATE_FORMAT = "d b Y"
SHORT_DATE_FORMAT = "d b Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "d b Y H:i"
SHORT_DATETIME_FORMAT = "d b Y H:i"
YEAR_MONTH_FORMAT = "b Y"
MONTH_DAY_FORMAT = "d b"
FIRST_DAY_OF_WEEK = 1

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M"]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
