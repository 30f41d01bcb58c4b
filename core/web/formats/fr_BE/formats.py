"""French in Belgium, where dots are written too."""

DATE_FORMAT = "d N Y"
SHORT_DATE_FORMAT = "d N Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "d N Y H:i"
SHORT_DATETIME_FORMAT = "d N Y H:i"
YEAR_MONTH_FORMAT = "N Y"
MONTH_DAY_FORMAT = "d N"
FIRST_DAY_OF_WEEK = 1

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M"]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"
NUMBER_GROUPING = 3
