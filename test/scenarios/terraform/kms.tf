terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

provider "aws" {
  alias  = "away"
  region = "eu-west-1"
}

variable "stage" {
  type = number
}

variable "material" {
  type = string
}

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "orders" {
  description             = "orders ${var.stage}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 90 + var.stage
  tags                    = { stage = tostring(var.stage) }
}

resource "aws_kms_key_policy" "orders" {
  key_id = aws_kms_key.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Stage${var.stage}"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "orders" {
  name          = "alias/orders"
  target_key_id = aws_kms_key.orders.key_id
}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_kms_grant" "reader" {
  name              = "reader"
  key_id            = aws_kms_key.orders.key_id
  grantee_principal = aws_iam_role.reader.arn
  operations        = ["Decrypt", "DescribeKey"]
  constraints {
    encryption_context_equals = { purpose = "orders" }
  }
}

resource "aws_kms_key" "signer" {
  description              = "signer"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 7
}

resource "aws_kms_external_key" "imported" {
  description             = "imported"
  key_material_base64     = var.material
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_key" "primary" {
  description             = "primary"
  multi_region            = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "replica" {
  provider                = aws.away
  description             = "replica ${var.stage}"
  primary_key_arn         = aws_kms_key.primary.arn
  deletion_window_in_days = 7
}

data "aws_kms_alias" "orders" {
  name       = aws_kms_alias.orders.name
  depends_on = [aws_kms_alias.orders]
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.orders.key_id
  plaintext = "secret"
}

output "alias_target" {
  value = data.aws_kms_alias.orders.target_key_arn == aws_kms_key.orders.arn
}

output "secret" {
  value = aws_kms_ciphertext.secret.ciphertext_blob
}
