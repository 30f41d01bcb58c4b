"""Which files of the front-end packages are served: those that a page asks for, and no others."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Django's static files, without what the packages carry for other uses."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*", "*.rtl.*", "bootstrap.css*"),
        *("bootstrap-icons.css*", "*.scss", "*.json", "*.ts", "*-italic.*", "*cyrillic*", "*vietnamese*"),
        *("*-normal.woff", "*-100-*", "*-200-*", "*-300-*", "*-700-*"),
    ]
