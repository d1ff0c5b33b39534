terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

# What changes between the first apply and the second.
variable "stage" {
  type = number
}

resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
  aws_service_access_principals = var.stage == 1 ? ["config.amazonaws.com"] : [
    "config.amazonaws.com", "cloudtrail.amazonaws.com"
  ]
  enabled_policy_types = var.stage == 1 ? ["SERVICE_CONTROL_POLICY"] : [
    "SERVICE_CONTROL_POLICY", "TAG_POLICY"
  ]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "workloads-${var.stage}"
  parent_id = aws_organizations_organization.all.roots[0].id
  tags      = { stage = var.stage }
}

resource "aws_organizations_organizational_unit" "dev" {
  name      = "dev"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "shop" {
  name      = "shop"
  email     = "shop@example.com"
  parent_id = var.stage == 1 ? aws_organizations_organizational_unit.dev.id : aws_organizations_organizational_unit.workloads.id
  role_name = "OrganizationAccountAccessRole"
  tags      = { stage = var.stage }
  lifecycle {
    ignore_changes = [role_name]
  }
}

data "aws_iam_policy_document" "guardrail" {
  statement {
    effect    = "Deny"
    actions   = var.stage == 1 ? ["sqs:CreateQueue"] : ["sqs:CreateQueue", "sqs:DeleteQueue"]
    resources = ["*"]
    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-west-1"]
    }
  }
}

resource "aws_organizations_policy" "guardrail" {
  name        = "guardrail"
  description = "queues in one Region, stage ${var.stage}"
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.guardrail.json
  tags        = { stage = var.stage }
  depends_on  = [aws_organizations_organization.all]
}

resource "aws_organizations_policy_attachment" "unit" {
  policy_id = aws_organizations_policy.guardrail.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_policy_attachment" "account" {
  policy_id = aws_organizations_policy.guardrail.id
  target_id = aws_organizations_account.shop.id
}

resource "aws_organizations_delegated_administrator" "config" {
  account_id        = aws_organizations_account.shop.id
  service_principal = "config.amazonaws.com"
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_organizations_account.shop.id }
      Action    = var.stage == 1 ? ["organizations:ListAccounts"] : ["organizations:DescribeAccount", "organizations:ListAccounts"]
      Resource  = "*"
    }]
  })
}

data "aws_organizations_organizational_units" "top" {
  parent_id  = aws_organizations_organization.all.roots[0].id
  depends_on = [aws_organizations_organizational_unit.workloads]
}

output "member" {
  value = aws_organizations_account.shop.id
}

output "units" {
  value = [for unit in data.aws_organizations_organizational_units.top.children : unit.name]
}
