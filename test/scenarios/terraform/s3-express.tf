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

resource "aws_s3_directory_bucket" "fast" {
  bucket        = "cats--use1-az4--x-s3"
  force_destroy = true
  location {
    name = "use1-az4"
  }
}

resource "aws_s3_bucket_policy" "fast" {
  bucket = aws_s3_directory_bucket.fast.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "sessions"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::555555555555:root" }
      Action    = "s3express:*"
      Resource  = aws_s3_directory_bucket.fast.arn
    }]
  })
}

resource "aws_s3_bucket_server_side_encryption_configuration" "fast" {
  bucket = aws_s3_directory_bucket.fast.bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_object" "page" {
  bucket  = aws_s3_directory_bucket.fast.bucket
  key     = "index.html"
  content = "<p>cats ${var.stage}</p>"
}

data "aws_s3_directory_buckets" "all" {
  depends_on = [aws_s3_directory_bucket.fast]
}
