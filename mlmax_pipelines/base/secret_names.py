"""Names that say a file holds a secret: whoever has it can act as its owner.

What comes in: a path, as its parts are named. What goes out: whether it looks like a
secret. Never: opens it. Where tools keep what they sign in with, each says in its own
documentation; code that only speaks of secrets (`credentials.py`) is code.
"""

from __future__ import annotations

import re

# What makes a copy of another name.
_COPY = re.compile(
    r"(\.(bak|old|orig|save|saved|backup|copy|swp|tmp|\d+)|~|[-_ ]?\(?copy\)?)$"
)
# A part of a name that says it is there to be read.
_HARMLESS = re.compile(r"(^|[-_.])(example|sample|template|tmpl|tpl|dist|schema)s?\b")
_PUBLIC = re.compile(r".*\.(pub|crt|csr)")

_NAMES = re.compile(
    "|".join(
        (
            # Settings for an environment; keys, and stores of them.
            r"\.env(rc|\..+)?|.+\.env|\.flaskenv",
            r".+\.(pem|key|p8|p12|pfx|jks|jceks|keystore|ppk|kdbx?|gpg|ovpn)",
            r"(id|ssh|deploy|github|gitlab)_?(rsa|dsa|ecdsa|ed25519)(_sk)?([-_.].+)?",
            r"ssh_host_.+_key",
            # Clouds.
            r"application_default_credentials\.json|.*service[-_ ]?account.*\.json",
            r"(.*[-_ ])?(access|root|secret)[-_ ]?keys?(\.(csv|json|txt|ya?ml|ini))?",
            r"client[-_]?secrets?.*\.json|gcp.*key.*\.json|.*[-_]sa[-_]?key\.json",
            r"accesstokens\.json|azureprofile\.json|msal_token_cache\..+",
            r".+\.(publishsettings|credentials?|creds?|secrets?|passw(or)?d|token)",
            r"\.(boto|s3cfg|passwd-s3fs|databrickscfg|bigqueryrc|ossutilconfig)",
            r"kaggle\.json|\.?rclone\.conf|\.mc\.json|\.snowsql(rc)?",
            # Version control, containers, clusters, infrastructure.
            r"\.git-credentials|\.gitcookies|\.hg(rc)?auth|\.netrc|_netrc",
            r"\.dockercfg|\.dockerconfig(json)?|kube_?config(\..+)?|.+\.kubeconfig",
            r".+\.tfstate(\..+)?|.+\.tfvars(\.json)?|\.?terraform\.?rc",
            r".*\.tfrc(\.json)?",
            r"\.vault[-_]?(token|pass(word)?)|vault[-_]pass(word)?(\.txt)?",
            # Registries of packages, databases, shells, servers.
            r"\.(pypirc|npmrc|yarnrc(\.yml)?|condarc)|pip\.conf",
            r"\.(pgpass|my\.cnf|mylogin\.cnf|rediscli_auth|dbshell)|pgpass\.conf",
            r"\.?ht(passwd|digest)|\.smbcredentials|shadow|\.renviron",
            r"\.\w*_history|.*[-_]history\.sql",
        )
    )
)
# Words for a secret, wherever they stand in a name, in what is no code.
_WORDS = re.compile(
    r"(.*[^a-z])?"
    r"(credentials?|creds?|secrets?|passwords?|passwd|passphrases?|private[-_ ]?keys?"
    r"|api[-_ ]?keys?"
    r"|(api|access|auth|refresh|bearer|hf|github|gitlab|slack)[-_ ]?tokens?)"
    r"([^a-z].*)?"
)
_TOKEN = re.compile(r"\.?token")
_DATA = re.compile(
    r"(.+\.)?(json5?|jsonc|csv|tsv|ini|txt|text|ya?ml|toml|cfg|conf|config|xml|plist"
    r"|properties|env|enc|asc|dat|db|sqlite|secret)"
)
# Folders of which every file is one.
_FOLDER = re.compile(
    r"(.*/)?("
    r"\.(aws|azure|oci|aliyun|bluemix|gcloud|ssh|gnupg|kube|minikube|docker|terraform"
    r"|terraform\.d|pulumi|chef|vault|secrets|password-store|huggingface|databricks"
    r"|snowflake|git)"
    r"|\.config/(gcloud|gh|hub|rclone|doctl|op)"
    r")/.*"
)


def looks_secret(path: str) -> bool:
    """Whether a path with `/` between its parts looks like that of a secret."""
    path = path.lower()
    if _FOLDER.fullmatch(path):
        return True
    name = path.rpartition("/")[2]
    while (shorter := _COPY.sub("", name)) != name and shorter:
        name = shorter
    if _HARMLESS.search(name) or _PUBLIC.fullmatch(name):
        return False
    return bool(_NAMES.fullmatch(name) or _TOKEN.fullmatch(name)) or _says_so(name)


def _says_so(name: str) -> bool:
    stem, dot, _ = name.lstrip(".").partition(".")
    is_data = not dot or _DATA.fullmatch(name) is not None
    return is_data and _WORDS.fullmatch(name.rpartition(".")[0] or stem) is not None
