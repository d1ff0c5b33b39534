terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
}

provider "aws" {
  alias             = "europe"
  region            = "eu-west-1"
  s3_use_path_style = true
}

variable "stage" {
  type = number
}

resource "aws_s3_bucket" "america" {
  bucket        = "cats-america"
  force_destroy = true
}

resource "aws_s3_bucket" "europe" {
  provider      = aws.europe
  bucket        = "cats-europe"
  force_destroy = true
}

resource "aws_s3_object" "where" {
  bucket  = aws_s3_bucket.america.id
  key     = "where"
  content = "america"
}

resource "aws_s3_object" "europe" {
  provider = aws.europe
  bucket   = aws_s3_bucket.europe.id
  key      = "where"
  content  = "europe"
}

resource "aws_s3control_multi_region_access_point" "cats" {
  details {
    name = "cats"
    region {
      bucket = aws_s3_bucket.america.id
    }
    region {
      bucket = aws_s3_bucket.europe.id
    }
  }
}

data "aws_caller_identity" "me" {}

resource "aws_s3control_multi_region_access_point_policy" "cats" {
  details {
    name = element(split(":", aws_s3control_multi_region_access_point.cats.id), 1)
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "Stage${var.stage}"
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.me.account_id }
        Action    = ["s3:GetObject", "s3:PutObject"]
        Resource  = "${aws_s3control_multi_region_access_point.cats.arn}/object/*"
      }]
    })
  }
}

output "arn" {
  value = aws_s3control_multi_region_access_point.cats.arn
}

output "domain" {
  value = aws_s3control_multi_region_access_point.cats.domain_name
}

output "status" {
  value = aws_s3control_multi_region_access_point.cats.status
}
