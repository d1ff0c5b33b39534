"""Runs ceph/s3-tests against Cloudarium: accounts and settings for it, and a pytest plugin.

As a script it makes keys and writes the suite's settings:
    python3 ceph_s3_tests.py http://localhost:4566 s3tests.conf
As a plugin (-p ceph_s3_tests) it gives the suite back what it supposes and AWS has changed since.
"""

import json
import sys
import time
import urllib.request

import boto3
from botocore.client import BaseClient
from botocore.exceptions import ClientError

ACCOUNTS = {
    "s3 main": "111111111111",
    "s3 alt": "222222222222",
    "s3 tenant": "333333333333",
    "iam": "444444444444",
    "iam root": "555555555555",
    "iam alt root": "666666666666",
}
# One day of the suite's lifecycle tests.
DAY_SECONDS = 10
ACL_WORDS = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
ACL_ORDER = ("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
# New buckets refuse customers' keys.
ENCRYPTION = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
        }
    ]
}

make_api_call = BaseClient._make_api_call
sleep = time.sleep
names = {}
kept = set()


def prepare(url, path):
    host, port = url.split("//")[1].split(":")
    secure = str(url.startswith("https"))
    text = f"[DEFAULT]\nhost = {host}\nport = {port}\nis_secure = {secure}\nssl_verify = False\n"
    text += "[fixtures]\nbucket prefix = s3t-{random}-\n"
    for section, account in ACCOUNTS.items():
        own = {"endpoint_url": url, "region_name": "us-east-1", "verify": False}
        own |= {"aws_access_key_id": account, "aws_secret_access_key": "any"}
        iam = boto3.client("iam", **own)
        for old in iam.list_access_keys()["AccessKeyMetadata"]:
            iam.delete_access_key(AccessKeyId=old["AccessKeyId"])
        key = iam.create_access_key()["AccessKey"]
        owner = boto3.client("s3", **own).list_buckets()["Owner"]["ID"]
        settings = {
            "display_name": section.split()[-1],
            "user_id": account if section in ("iam", "iam root") else owner,
            "email": f"{account}@example.com",
            "access_key": key["AccessKeyId"],
            "secret_key": key["SecretAccessKey"],
        }
        if section == "s3 tenant":
            settings["tenant"] = account
        if section == "s3 main":
            settings |= {"api_name": "eu-west-1", "storage_classes": "STANDARD_IA"}
            settings["lc_debug_interval"] = DAY_SECONDS
            kms = boto3.client("kms", **own)
            for name in ("kms_keyid", "kms_keyid2"):
                settings[name] = kms.create_key()["KeyMetadata"]["Arn"]
        text += f"[{section}]\n" + "".join(f"{name} = {settings[name]}\n" for name in settings)
    with open(path, "w") as file:
        file.write(text)


def open_bucket(client, asked):
    """A bucket as of before April 2023: with ACLs, and nothing blocked."""
    acl = {word: asked.pop(word) for word in ACL_WORDS if word in asked}
    answer = make_api_call(client, "CreateBucket", {"ObjectOwnership": "ObjectWriter", **asked})
    bucket = {"Bucket": asked["Bucket"]}
    if answer.get("Location", "/").startswith("/"):
        make_api_call(client, "DeletePublicAccessBlock", bucket)
        config = {"ServerSideEncryptionConfiguration": ENCRYPTION}
        make_api_call(client, "PutBucketEncryption", {**bucket, **config})
    if acl and "ObjectOwnership" not in asked:
        make_api_call(client, "PutBucketAcl", {**bucket, **acl})
    return answer


def rank(grant):
    return (grant["Grantee"]["Type"] != "Group", ACL_ORDER.index(grant["Permission"]))


def as_before(node):
    """Display names, which AWS no longer tells, and grants in the order that the suite expects."""
    if isinstance(node, list):
        for one in node:
            as_before(one)
    elif isinstance(node, dict):
        if node.get("ID") in names:
            node.setdefault("DisplayName", names[node["ID"]])
        if isinstance(node.get("Grants"), list):
            node["Grants"].sort(key=rank)
        for one in node.values():
            as_before(one)


def call(client, operation, asked):
    if client.meta.service_model.service_name != "s3":
        return make_api_call(client, operation, asked)
    if operation == "CreateBucket" and isinstance(asked.get("Bucket"), str):
        answer = open_bucket(client, dict(asked))
    else:
        answer = make_api_call(client, operation, asked)
    as_before(answer)
    return answer


def nuke_bucket(client, bucket):
    """The suite's own bypasses retention in every bucket, which AWS takes only of locked ones."""
    if bucket in kept:
        return
    try:
        make_api_call(client, "GetObjectLockConfiguration", {"Bucket": bucket})
        bypass = {"BypassGovernanceRetention": True}
    except ClientError:
        bypass = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", []) + page.get("DeleteMarkers", []):
            version = {"Bucket": bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
            try:
                client.delete_object(**version, **bypass)
            except ClientError:
                kept.add(bucket)
    if bucket not in kept:
        client.delete_bucket(Bucket=bucket)


def advance(seconds):
    """Who waits for days turns the cloud's clock."""
    from s3tests.functional import config

    if seconds < DAY_SECONDS:
        return sleep(seconds)
    url = f"http://{config.default_host}:{config.default_port}/_cloudarium/clock"
    body = json.dumps({"advance": f"{round(seconds * 24 / DAY_SECONDS)}h"}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    urllib.request.urlopen(request).read()


def pytest_collection_modifyitems():
    import s3tests.functional as suite

    nuke = suite.nuke_prefixed_buckets

    def nuke_what_may_be_listed(**asked):
        try:
            nuke(**asked)
        except ClientError as error:
            if error.operation_name != "ListBuckets":
                raise

    suite.nuke_bucket = nuke_bucket
    suite.nuke_prefixed_buckets = nuke_what_may_be_listed
    suite.setup = lambda: None
    BaseClient._make_api_call = call
    time.sleep = advance


def pytest_runtest_setup():
    from s3tests.functional import config

    for who in ("main", "alt", "tenant"):
        if hasattr(config, f"{who}_user_id"):
            names[getattr(config, f"{who}_user_id")] = getattr(config, f"{who}_display_name")


if __name__ == "__main__":
    prepare(sys.argv[1], sys.argv[2])
