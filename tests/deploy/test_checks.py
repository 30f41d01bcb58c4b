"""The checks of lock files find what must not be there, and only that."""

import pytest

from deploy.checks.locks import findings


@pytest.mark.parametrize(
    "row",
    [
        "--index-url https://packages.example/simple",
        "thing @ file:///home/somebody/thing.whl",
        "#    uv pip compile --python /usr/bin/python3",
        "--find-links ~/wheels/all",
        '      "resolved": "https://registry.example/axe-core/-/axe-core-4.tgz",',
    ],
)
def test_an_address_or_a_folder_is_found(row: str) -> None:
    assert list(findings("requirements.txt", row))
    assert list(findings("package-lock.json", row))


@pytest.mark.parametrize(
    "row",
    [
        "django==5.2.19 \\",
        "    --hash=sha256:0dc21608bb89b176866a23a8ea736699b2c93e9951a01c3a3de4eccb6bd02e0b",
        "    #   -r requirements-local.in",
        "async-timeout==5.0.1 ; python_full_version < '3.11.3' \\",
        '    "node_modules/@fontsource/ibm-plex-sans": {',
        '      "integrity": "sha512-6IFH+a/bJ9I/d+iVn/ZR7Z/3YI2YvHZqLZ8Q==",',
    ],
)
def test_what_a_lock_needs_is_let_through(row: str) -> None:
    assert not list(findings("requirements.txt", row))


def test_where_npm_packages_ask_for_money_is_no_registry() -> None:
    row = '        "url": "https://github.com/sponsors/somebody"'
    assert not list(findings("package-lock.json", row))
    assert list(findings("requirements.txt", row))
