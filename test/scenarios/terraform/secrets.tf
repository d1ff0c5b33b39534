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

data "aws_secretsmanager_random_password" "new" {
  password_length     = 20
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "shop/db"
  description             = "stage ${var.stage}"
  recovery_window_in_days = 0
  tags                    = { stage = var.stage }

  replica {
    region = "eu-west-1"
  }
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = jsonencode({ user = "shop", password = "p${var.stage}" })
}

resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "partner"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::333333333333:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

data "aws_secretsmanager_secret_version" "db" {
  secret_id  = aws_secretsmanager_secret.db.id
  depends_on = [aws_secretsmanager_secret_version.db]
}

resource "aws_ssm_parameter" "plain" {
  name            = "/shop/url"
  type            = "String"
  value           = "https://stage-${var.stage}.example.com"
  description     = "where the shop is"
  allowed_pattern = "^https://.*$"
  tags            = { stage = var.stage }
}

resource "aws_ssm_parameter" "list" {
  name  = "/shop/zones"
  type  = "StringList"
  value = "a,b"
}

resource "aws_ssm_parameter" "hidden" {
  name  = "/shop/key"
  type  = "SecureString"
  value = "hidden-${var.stage}"
}

resource "aws_ssm_parameter" "large" {
  name  = "/shop/large"
  type  = "SecureString"
  tier  = "Advanced"
  value = join("", [for i in range(1000) : "line ${var.stage}"])
}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

data "aws_ssm_parameters_by_path" "shop" {
  path       = "/shop"
  depends_on = [aws_ssm_parameter.plain, aws_ssm_parameter.list, aws_ssm_parameter.hidden]
}

output "password" {
  value     = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string).password
  sensitive = true
}

output "image" {
  value     = data.aws_ssm_parameter.image.value
  sensitive = true
}
