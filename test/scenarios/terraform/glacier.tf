terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

variable "stage" {
  type = number
}

data "aws_caller_identity" "me" {}

locals {
  vault = "arn:aws:glacier:us-east-1:${data.aws_caller_identity.me.account_id}:vaults/records"
}

resource "aws_glacier_vault" "records" {
  name = "records"
  tags = { stage = "stage ${var.stage}" }

  notification {
    sns_topic = "arn:aws:sns:us-east-1:${data.aws_caller_identity.me.account_id}:records"
    events    = ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]
  }

  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
      Action    = var.stage == 1 ? ["glacier:DescribeVault"] : ["glacier:InitiateJob", "glacier:GetJobOutput"]
      Resource  = local.vault
    }]
  })
}

resource "aws_glacier_vault_lock" "records" {
  vault_name    = aws_glacier_vault.records.name
  complete_lock = false

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "glacier:DeleteArchive"
      Resource  = local.vault
      Condition = { NumericLessThan = { "glacier:ArchiveAgeInDays" = "365" } }
    }]
  })
}
