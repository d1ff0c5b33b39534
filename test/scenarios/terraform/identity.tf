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

variable "certificate" {
  type = string
}

variable "saml_metadata" {
  type = string
}

resource "aws_organizations_organization" "all" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["iam.amazonaws.com", "access-analyzer.amazonaws.com"]
  enabled_policy_types          = ["RESOURCE_CONTROL_POLICY", "AISERVICES_OPT_OUT_POLICY", "BACKUP_POLICY"]
}

resource "aws_organizations_organizational_unit" "apps" {
  name      = "apps"
  parent_id = aws_organizations_organization.all.roots[0].id
}

resource "aws_organizations_policy" "perimeter" {
  name = "perimeter"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = "*"
      Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.all.id } }
    }]
  })
}

resource "aws_organizations_policy" "opt_out" {
  name = "opt-out"
  type = "AISERVICES_OPT_OUT_POLICY"
  content = jsonencode({
    services = { default = { opt_out_policy = { "@@assign" = var.stage == 1 ? "optOut" : "optIn" } } }
  })
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy" "backups" {
  name = "backups"
  type = "BACKUP_POLICY"
  content = jsonencode({
    plans = {
      daily = {
        regions = { "@@assign" = ["us-east-1"] }
        rules = {
          nightly = {
            schedule_expression      = { "@@assign" = "cron(0 5 ? * * *)" }
            target_backup_vault_name = { "@@assign" = "vault" }
          }
        }
        selections = {
          tags = {
            all = {
              iam_role_arn = { "@@assign" = "arn:aws:iam::$account:role/backup" }
              tag_key      = { "@@assign" = "backup" }
              tag_value    = { "@@assign" = ["yes"] }
            }
          }
        }
      }
    }
  })
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy_attachment" "all" {
  for_each = {
    perimeter = aws_organizations_policy.perimeter.id
    opt_out   = aws_organizations_policy.opt_out.id
    backups   = aws_organizations_policy.backups.id
  }
  policy_id = each.value
  target_id = aws_organizations_organizational_unit.apps.id
}

resource "aws_iam_organizations_features" "root" {
  enabled_features = var.stage == 1 ? ["RootCredentialsManagement"] : [
    "RootCredentialsManagement", "RootSessions"
  ]
  depends_on = [aws_organizations_organization.all]
}

resource "aws_iam_security_token_service_preferences" "tokens" {
  global_endpoint_token_version = var.stage == 1 ? "v1Token" : "v2Token"
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["sqs:ReceiveMessage"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_user" "ann" {
  name = "ann"
  path = "/eng/"
}

resource "aws_iam_signing_certificate" "ann" {
  user_name        = aws_iam_user.ann.name
  certificate_body = var.certificate
  status           = var.stage == 1 ? "Active" : "Inactive"
}

resource "aws_iam_user_policy" "ann" {
  name   = "read"
  user   = aws_iam_user.ann.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_user_policies_exclusive" "ann" {
  user_name    = aws_iam_user.ann.name
  policy_names = [aws_iam_user_policy.ann.name]
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_user_policy_attachments_exclusive" "ann" {
  user_name   = aws_iam_user.ann.name
  policy_arns = [aws_iam_user_policy_attachment.ann.policy_arn]
}

resource "aws_iam_group" "devs" {
  name = "devs"
}

resource "aws_iam_group_policy" "devs" {
  name   = "read"
  group  = aws_iam_group.devs.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_group_policies_exclusive" "devs" {
  group_name   = aws_iam_group.devs.name
  policy_names = [aws_iam_group_policy.devs.name]
}

resource "aws_iam_group_policy_attachment" "devs" {
  group      = aws_iam_group.devs.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_group_policy_attachments_exclusive" "devs" {
  group_name  = aws_iam_group.devs.name
  policy_arns = [aws_iam_group_policy_attachment.devs.policy_arn]
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = aws_iam_user.ann.arn }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachments_exclusive" "app" {
  role_name   = aws_iam_role.app.name
  policy_arns = [aws_iam_role_policy_attachment.app.policy_arn]
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://ci.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["990f4193972f2becf12ddeda5237f9c952f20d9e"]
}

resource "aws_iam_saml_provider" "corp" {
  name                   = "corp"
  saml_metadata_document = var.saml_metadata
}

resource "aws_accessanalyzer_analyzer" "account" {
  analyzer_name = "account"
  tags          = { stage = var.stage }
}

resource "aws_accessanalyzer_analyzer" "unused" {
  analyzer_name = "unused"
  type          = "ORGANIZATION_UNUSED_ACCESS"
  configuration {
    unused_access {
      unused_access_age = 90
    }
  }
  depends_on = [aws_organizations_organization.all]
}

resource "aws_accessanalyzer_archive_rule" "known" {
  analyzer_name = aws_accessanalyzer_analyzer.account.analyzer_name
  rule_name     = "known"
  filter {
    criteria = "resourceType"
    eq       = var.stage == 1 ? ["AWS::SQS::Queue"] : ["AWS::SQS::Queue", "AWS::IAM::Role"]
  }
  filter {
    criteria = "isPublic"
    eq       = ["false"]
  }
}

data "aws_caller_identity" "me" {}

data "aws_iam_session_context" "me" {
  arn = data.aws_caller_identity.me.arn
}

data "aws_iam_principal_policy_simulation" "ann" {
  policy_source_arn = aws_iam_user.ann.arn
  action_names      = ["sqs:ReceiveMessage", "sqs:SendMessage"]
  resource_arns     = ["arn:aws:sqs:us-east-1:${data.aws_caller_identity.me.account_id}:jobs"]
  depends_on        = [aws_iam_user_policy.ann]
}

data "aws_iam_access_keys" "ann" {
  user = aws_iam_user.ann.name
}

data "aws_iam_group" "devs" {
  group_name = aws_iam_group.devs.name
}

data "aws_iam_instance_profile" "app" {
  name = aws_iam_instance_profile.app.name
}

data "aws_iam_instance_profiles" "app" {
  role_name  = aws_iam_role.app.name
  depends_on = [aws_iam_instance_profile.app]
}

data "aws_iam_openid_connect_provider" "ci" {
  url = "https://${aws_iam_openid_connect_provider.ci.url}"
}

data "aws_iam_saml_provider" "corp" {
  arn = aws_iam_saml_provider.corp.arn
}

data "aws_iam_role" "app" {
  name = aws_iam_role.app.name
}

data "aws_iam_roles" "apps" {
  name_regex = "^app$"
  depends_on = [aws_iam_role.app]
}

data "aws_iam_user" "ann" {
  user_name = aws_iam_user.ann.name
}

data "aws_iam_users" "engineers" {
  path_prefix = "/eng/"
  depends_on  = [aws_iam_user.ann]
}

data "aws_organizations_organization" "all" {
  depends_on = [aws_organizations_organization.all]
}

data "aws_organizations_organizational_unit" "apps" {
  parent_id = aws_organizations_organization.all.roots[0].id
  name      = aws_organizations_organizational_unit.apps.name
}

data "aws_organizations_organizational_unit_child_accounts" "root" {
  parent_id = aws_organizations_organization.all.roots[0].id
}

data "aws_organizations_organizational_unit_descendant_accounts" "root" {
  parent_id = aws_organizations_organization.all.roots[0].id
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "root" {
  parent_id  = aws_organizations_organization.all.roots[0].id
  depends_on = [aws_organizations_organizational_unit.apps]
}

data "aws_organizations_policies" "perimeters" {
  filter     = "RESOURCE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy.perimeter]
}

data "aws_organizations_policies_for_target" "apps" {
  target_id  = aws_organizations_organizational_unit.apps.id
  filter     = "BACKUP_POLICY"
  depends_on = [aws_organizations_policy_attachment.all]
}

data "aws_organizations_policy" "opt_out" {
  policy_id = aws_organizations_policy.opt_out.id
}

data "aws_organizations_resource_tags" "apps" {
  resource_id = aws_organizations_organizational_unit.apps.id
}

data "aws_organizations_delegated_administrators" "all" {
  depends_on = [aws_organizations_organization.all]
}

output "simulated" {
  value = [for one in data.aws_iam_principal_policy_simulation.ann.results : "${one.action_name} ${one.decision}"]
}

output "users" {
  value = data.aws_iam_users.engineers.names
}

output "policies" {
  value = data.aws_organizations_policies_for_target.apps.ids == tolist([aws_organizations_policy.backups.id])
}

output "units" {
  value = data.aws_organizations_organizational_unit_descendant_organizational_units.root.children[*].name
}
