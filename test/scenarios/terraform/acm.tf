terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "stage" {
  type = number
}

variable "imported_certificate" {
  type = string
}

variable "imported_key" {
  type = string
}

provider "aws" {
  s3_use_path_style = true
}

data "aws_partition" "this" {}

# A root that certifies itself, and lets ACM renew.
resource "aws_acmpca_certificate_authority" "root" {
  type                            = "ROOT"
  permanent_deletion_time_in_days = 7
  certificate_authority_configuration {
    key_algorithm     = "EC_prime256v1"
    signing_algorithm = "SHA256WITHECDSA"
    subject {
      common_name  = "Root"
      organization = "Example"
    }
  }
  revocation_configuration {
    ocsp_configuration {
      enabled = true
    }
    crl_configuration {
      enabled            = true
      expiration_in_days = var.stage == 1 ? 7 : 14
      s3_bucket_name     = aws_s3_bucket.lists.id
      s3_object_acl      = "BUCKET_OWNER_FULL_CONTROL"
    }
  }
  tags       = { stage = tostring(var.stage) }
  depends_on = [aws_s3_bucket_policy.lists]
}

resource "aws_s3_bucket" "lists" {
  bucket        = "acm-lists"
  force_destroy = true
}

resource "aws_s3_bucket_policy" "lists" {
  bucket = aws_s3_bucket.lists.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "acm-pca.amazonaws.com" }
      Action    = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:PutObject", "s3:PutObjectAcl"]
      Resource  = [aws_s3_bucket.lists.arn, "${aws_s3_bucket.lists.arn}/*"]
    }]
  })
}

resource "aws_acmpca_certificate" "root" {
  certificate_authority_arn   = aws_acmpca_certificate_authority.root.arn
  certificate_signing_request = aws_acmpca_certificate_authority.root.certificate_signing_request
  signing_algorithm           = "SHA256WITHECDSA"
  template_arn                = "arn:${data.aws_partition.this.partition}:acm-pca:::template/RootCACertificate/V1"
  validity {
    type  = "YEARS"
    value = 5
  }
}

resource "aws_acmpca_certificate_authority_certificate" "root" {
  certificate_authority_arn = aws_acmpca_certificate_authority.root.arn
  certificate               = aws_acmpca_certificate.root.certificate
  certificate_chain         = aws_acmpca_certificate.root.certificate_chain
}

resource "aws_acmpca_permission" "acm" {
  certificate_authority_arn = aws_acmpca_certificate_authority.root.arn
  actions                   = ["IssueCertificate", "GetCertificate", "ListPermissions"]
  principal                 = "acm.amazonaws.com"
}

resource "aws_acmpca_policy" "root" {
  resource_arn = aws_acmpca_certificate_authority.root.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Read"
      Effect    = "Allow"
      Principal = { AWS = "111111111111" }
      Action    = ["acm-pca:DescribeCertificateAuthority", "acm-pca:GetCertificate"]
      Resource  = aws_acmpca_certificate_authority.root.arn
    }]
  })
}

resource "aws_acm_certificate" "private" {
  domain_name               = "app.internal.example.com"
  certificate_authority_arn = aws_acmpca_certificate_authority.root.arn
  tags                      = { stage = tostring(var.stage) }
  depends_on                = [aws_acmpca_certificate_authority_certificate.root]
}

resource "aws_acm_certificate" "public" {
  domain_name               = "example.com"
  subject_alternative_names = ["*.example.com", "www.example.org"]
  validation_method         = "DNS"
  key_algorithm             = "EC_prime256v1"
  options {
    certificate_transparency_logging_preference = "ENABLED"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "public" {
  count           = var.stage == 2 ? 1 : 0
  certificate_arn = aws_acm_certificate.public.arn
}

resource "aws_acm_certificate" "imported" {
  certificate_body = var.imported_certificate
  private_key      = var.imported_key
}

output "records" {
  value = [
    for one in aws_acm_certificate.public.domain_validation_options :
    { name = one.resource_record_name, value = one.resource_record_value }
  ]
}
output "statuses" {
  value = [aws_acm_certificate.private.status, aws_acm_certificate.imported.status]
}
output "public" {
  value = aws_acm_certificate.public.arn
}
