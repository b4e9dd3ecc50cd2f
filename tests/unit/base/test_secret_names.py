from __future__ import annotations

import pytest

from mlmax_pipelines.base.secret_names import looks_secret

SECRET = """
.env .env.prod prod.env src/.env.local .envrc deep/server.PEM key.p8 client.key
id_rsa id_rsa.bak id_ed25519 id_ecdsa_sk .ssh/config ssh_host_rsa_key
credentials Credentials.csv credentials.json aws_credentials aws-credentials.txt
my_creds.yaml gcp-creds.json AWS-Creds.ini CREDENTIALS credential.txt .credentials
credentials~ credentials.bak cred.json new_user_credentials.csv app.credentials
my-service-account.json service_account_key.json serviceAccountKey.json
application_default_credentials.json rootkey.csv alice_accessKeys.csv .boto .s3cfg
client_secret_123.json .config/gcloud/x .azure/accessTokens.json .aws/config kaggle.json
.git-credentials .gitcookies .git/config .netrc _netrc .config/gh/hosts.yml
.dockercfg .docker/config.json .dockerconfigjson
kubeconfig kubeconfig.yaml prod.kubeconfig kube_config .kube/config
terraform.tfstate terraform.tfstate.backup prod.auto.tfvars .terraformrc
credentials.tfrc.json .terraform/x .vault-token
.pypirc .npmrc .pgpass pip.conf .my.cnf .htpasswd .bash_history
secrets.yaml secrets.toml secret.json secrets.env db_password.txt passwords.txt
api_key.txt api-keys.yaml hf_token github_token.txt token private_key.txt server.key.old
"""
HARMLESS = """
.env.example example.env .env.template keys.py monkey.py credentials.py secrets.py
token.py environment.py tokens.txt special_tokens_map.json added_tokens.json
tokenizer_config.json wdbc.csv id_rsa.pub keys.json keywords.csv secretary.csv
credentials.example.json secrets.sample.yaml environment.yml data/train.csv README.md
keyboard.json incredible.txt history.csv config.json docker-compose.yml main.tf
.gitignore row_history.csv passwordless.md model.tar.gz server.crt
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_what_people_have_is_known(name: str) -> None:
    assert looks_secret(name) and looks_secret(f"deep/{name}")


@pytest.mark.parametrize("name", HARMLESS.split())
def test_what_only_sounds_like_it_is_not(name: str) -> None:
    assert not looks_secret(name)
