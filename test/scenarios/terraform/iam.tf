terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  default_tags {
    tags = { by = "terraform" }
  }
}

provider "aws" {
  alias = "partner"
  assume_role {
    role_arn     = var.partner_role
    external_id  = "shared-secret"
    session_name = "deployment"
  }
}

# What changes between the first apply and the second.
variable "stage" {
  type = number
}

variable "partner_role" {
  type = string
}

variable "certificate" {
  type = object({ body = string, chain = string, key = string })
}

variable "saml_metadata" {
  type = string
}

variable "ssh_key" {
  type = string
}

data "aws_caller_identity" "me" {}

data "aws_caller_identity" "partner" {
  provider = aws.partner
}

data "aws_partition" "here" {}

data "aws_iam_policy" "read_only" {
  name = "ReadOnlyAccess"
}

# Users

resource "aws_iam_user" "ann" {
  name                 = "ann"
  path                 = "/team/"
  permissions_boundary = aws_iam_policy.boundary.arn
  force_destroy        = true
  tags                 = { stage = var.stage }
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_user" "partner" {
  provider = aws.partner
  name     = "guest"
}

resource "aws_iam_user_policy" "ann" {
  name   = "own"
  user   = aws_iam_user.ann.name
  policy = data.aws_iam_policy_document.queues.json
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = data.aws_iam_policy.read_only.arn
}

resource "aws_iam_access_key" "ann" {
  user   = aws_iam_user.ann.name
  status = var.stage == 1 ? "Active" : "Inactive"
}

resource "aws_iam_user_login_profile" "ann" {
  user                    = aws_iam_user.ann.name
  password_length         = 24
  password_reset_required = true
}

resource "aws_iam_user_ssh_key" "ann" {
  username   = aws_iam_user.ann.name
  encoding   = "SSH"
  public_key = var.ssh_key
  status     = var.stage == 1 ? "Active" : "Inactive"
}

resource "aws_iam_service_specific_credential" "ann" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.ann.name
}

resource "aws_iam_virtual_mfa_device" "ann" {
  virtual_mfa_device_name = "ann"
}

# Groups

resource "aws_iam_group" "devs" {
  name = "devs"
  path = "/team/"
}

resource "aws_iam_group_policy" "devs" {
  name   = "own"
  group  = aws_iam_group.devs.name
  policy = data.aws_iam_policy_document.queues.json
}

resource "aws_iam_group_policy_attachment" "devs" {
  group      = aws_iam_group.devs.name
  policy_arn = aws_iam_policy.queues.arn
}

resource "aws_iam_group_membership" "devs" {
  name  = "devs"
  group = aws_iam_group.devs.name
  users = var.stage == 1 ? [aws_iam_user.ann.name] : [aws_iam_user.ann.name, aws_iam_user.bob.name]
}

resource "aws_iam_group" "auditors" {
  name = "auditors"
}

resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.auditors.name]
}

# Policies

data "aws_iam_policy_document" "queues" {
  statement {
    sid       = "Queues"
    actions   = var.stage == 1 ? ["sqs:SendMessage"] : ["sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = ["arn:${data.aws_partition.here.partition}:sqs:*:*:$${aws:username}-*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["us-east-1", "eu-west-1"]
    }
  }
  statement {
    effect        = "Deny"
    not_actions   = ["sqs:*", "iam:*"]
    not_resources = ["arn:aws:s3:::public/*"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
    }
  }
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.bob.arn, data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_iam_policy" "queues" {
  name        = "queues"
  description = "work with queues"
  policy      = data.aws_iam_policy_document.queues.json
  tags        = { stage = var.stage }
}

resource "aws_iam_policy" "boundary" {
  name = "boundary"
  path = "/limits/"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "*", Resource = "*" }
  })
}

resource "aws_iam_policy" "everywhere" {
  name   = "everywhere"
  policy = aws_iam_policy.boundary.policy
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  policy_arn = aws_iam_policy.everywhere.arn
  users      = [aws_iam_user.bob.name]
  roles      = [aws_iam_role.worker.name]
  groups     = [aws_iam_group.auditors.name]
}

# Roles

resource "aws_iam_role" "worker" {
  name                 = "worker"
  path                 = "/jobs/"
  description          = "works, stage ${var.stage}"
  max_session_duration = var.stage * 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { stage = var.stage }
}

resource "aws_iam_role_policy" "worker" {
  name   = "own"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.queues.json
}

resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.queues.arn
}

resource "aws_iam_role_policies_exclusive" "worker" {
  role_name    = aws_iam_role.worker.name
  policy_names = [aws_iam_role_policy.worker.name]
}

resource "aws_iam_instance_profile" "worker" {
  name = "worker"
  role = aws_iam_role.worker.name
  tags = { stage = var.stage }
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "jobs"
  description      = "scales, stage ${var.stage}"
}

# Providers and certificates

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.example.com/ci"
  client_id_list  = var.stage == 1 ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "other"]
  thumbprint_list = [var.stage == 1 ? "6938fd4d98bab03faadb97b34396831e3780aea1" : "1c58a3a8518e8759bf075b76b750d4f2df264fcd"]
}

resource "aws_iam_saml_provider" "corp" {
  name                   = "corp"
  saml_metadata_document = replace(var.saml_metadata, "STAGE", var.stage)
}

resource "aws_iam_server_certificate" "site" {
  name              = "site"
  certificate_body  = var.certificate.body
  certificate_chain = var.certificate.chain
  private_key       = var.certificate.key
  tags              = { stage = var.stage }
}

# Account

resource "aws_iam_account_alias" "me" {
  account_alias = "cats"
}

resource "aws_iam_account_password_policy" "me" {
  minimum_password_length        = 8 * var.stage
  require_lowercase_characters   = true
  require_numbers                = true
  require_uppercase_characters   = true
  require_symbols                = true
  allow_users_to_change_password = true
  password_reuse_prevention      = 3
  max_password_age               = 90
}

output "caller" {
  value = data.aws_caller_identity.me.arn
}

output "partner" {
  value = data.aws_caller_identity.partner.arn
}

output "partner_user" {
  value = aws_iam_user.partner.arn
}

output "role" {
  value = aws_iam_role.worker.arn
}
