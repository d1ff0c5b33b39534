terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  s3_use_path_style = true
}

variable "stage" {
  type = number
}

data "aws_caller_identity" "me" {}

locals {
  # Where it is not said, the provider makes things anew for whatever changes.
  account = data.aws_caller_identity.me.account_id
  roles   = ["vendor-1", "vendor-2"]
}

resource "aws_s3_bucket" "photos" {
  bucket        = "cats-photos"
  force_destroy = true
}

resource "aws_s3_object" "tom" {
  bucket  = aws_s3_bucket.photos.id
  key     = "tom/1"
  content = "tom"
}

resource "aws_iam_role" "vendor" {
  for_each = toset(local.roles)
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:SetSourceIdentity"]
      Principal = { Service = "access-grants.s3.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "vendor" {
  for_each = aws_iam_role.vendor
  role     = each.value.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}

resource "aws_iam_user" "tom" {
  name = "tom"
}

resource "aws_s3control_access_grants_instance" "cats" {
  account_id = local.account
  tags       = { team = "cats" }
}

resource "aws_s3control_access_grants_instance_resource_policy" "cats" {
  account_id = local.account
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = var.stage == 1 ? ["s3:ListAccessGrants"] : ["s3:ListAccessGrants", "s3:GetDataAccess"]
      Resource  = aws_s3control_access_grants_instance.cats.access_grants_instance_arn
    }]
  })
}

resource "aws_s3control_access_grants_location" "all" {
  account_id     = local.account
  depends_on     = [aws_s3control_access_grants_instance.cats]
  iam_role_arn   = aws_iam_role.vendor[local.roles[var.stage - 1]].arn
  location_scope = "s3://"
  tags           = { stage = tostring(var.stage) }
}

resource "aws_s3control_access_grants_location" "prefix" {
  account_id     = local.account
  depends_on     = [aws_s3control_access_grants_instance.cats]
  iam_role_arn   = aws_iam_role.vendor["vendor-1"].arn
  location_scope = "s3://${aws_s3_bucket.photos.bucket}/tom*"
}

resource "aws_s3control_access_grant" "whole" {
  account_id                = local.account
  access_grants_location_id = aws_s3control_access_grants_location.prefix.access_grants_location_id
  permission                = "READ"
  grantee {
    grantee_type       = "IAM"
    grantee_identifier = aws_iam_user.tom.arn
  }
  tags = { stage = tostring(var.stage) }
}

resource "aws_s3control_access_grant" "object" {
  account_id                = local.account
  access_grants_location_id = aws_s3control_access_grants_location.all.access_grants_location_id
  permission                = var.stage == 1 ? "WRITE" : "READWRITE"
  s3_prefix_type            = "Object"
  access_grants_location_configuration {
    s3_sub_prefix = "${aws_s3_bucket.photos.bucket}/${aws_s3_object.tom.key}"
  }
  grantee {
    grantee_type       = "IAM"
    grantee_identifier = aws_iam_user.tom.arn
  }
}

output "scopes" {
  value = [
    aws_s3control_access_grant.whole.grant_scope,
    aws_s3control_access_grant.object.grant_scope,
  ]
}
