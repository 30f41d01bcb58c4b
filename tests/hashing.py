"""The hash of passwords in tests: production's scrypt, with a work factor that costs nothing. It is slow on purpose."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScrypt(ScryptPasswordHasher):
    """scrypt over 16 blocks instead of 16,384."""

    work_factor = 2**4
