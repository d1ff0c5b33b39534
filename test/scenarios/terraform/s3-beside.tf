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

data "aws_canonical_user_id" "me" {}

locals {
  account = data.aws_caller_identity.me.account_id
}

resource "aws_s3_account_public_access_block" "account" {
  block_public_acls   = true
  block_public_policy = var.stage == 1
}

resource "aws_s3_bucket" "photos" {
  bucket        = "beside-photos"
  force_destroy = true
  tags          = { stage = "stage ${var.stage}" }
}

resource "aws_s3_bucket" "reports" {
  bucket        = "beside-reports"
  force_destroy = true
}

resource "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket.reports.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Delivery"
      Effect    = "Allow"
      Principal = { Service = ["logging.s3.amazonaws.com", "s3.amazonaws.com"] }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.reports.arn}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_s3_bucket_logging" "photos" {
  bucket        = aws_s3_bucket.photos.id
  target_bucket = aws_s3_bucket.reports.id
  target_prefix = "log/"

  target_object_key_format {
    partitioned_prefix {
      partition_date_source = var.stage == 1 ? "EventTime" : "DeliveryTime"
    }
  }
}

resource "aws_s3_bucket_inventory" "photos" {
  bucket                   = aws_s3_bucket.photos.id
  name                     = "everything"
  included_object_versions = "All"
  optional_fields          = ["Size", "ETag", "ChecksumAlgorithm"]

  schedule {
    frequency = var.stage == 1 ? "Daily" : "Weekly"
  }

  filter {
    prefix = "cats/"
  }

  destination {
    bucket {
      format     = "Parquet"
      bucket_arn = aws_s3_bucket.reports.arn
      account_id = local.account
      prefix     = "inventory"

      encryption {
        sse_s3 {}
      }
    }
  }
}

resource "aws_sqs_queue" "events" {
  name = "beside-events"
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.events.arn
    }]
  })
}

resource "aws_s3_bucket_notification" "photos" {
  bucket      = aws_s3_bucket.photos.id
  eventbridge = true

  queue {
    id            = "new"
    queue_arn     = aws_sqs_queue.events.arn
    events        = var.stage == 1 ? ["s3:ObjectCreated:*"] : ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"]
    filter_prefix = "cats/"
    filter_suffix = ".jpg"
  }

  depends_on = [aws_sqs_queue_policy.events]
}

resource "aws_s3_object" "cat" {
  bucket             = aws_s3_bucket.photos.id
  key                = "cats/ tom & jerry+1%.jpg"
  content            = "tom"
  content_type       = "image/jpeg"
  checksum_algorithm = "CRC64NVME"
  metadata           = { owner = "ann" }
  tags               = { kind = "cat" }
}

resource "aws_s3_object" "encrypted" {
  bucket                 = aws_s3_bucket.photos.id
  key                    = "secret"
  content_base64         = base64encode("secret ${var.stage}")
  server_side_encryption = "aws:kms"
  bucket_key_enabled     = true
  storage_class          = "STANDARD_IA"
  website_redirect       = "/cats/"
}

resource "aws_s3_bucket_object" "old" {
  bucket  = aws_s3_bucket.photos.id
  key     = "old"
  content = "old"
}

resource "aws_s3_object_copy" "cat" {
  bucket             = aws_s3_bucket.photos.id
  key                = "copies/tom"
  source             = "${aws_s3_bucket.photos.id}/${aws_s3_object.cat.key}"
  metadata_directive = "REPLACE"
  tagging_directive  = "REPLACE"
  content_type       = "image/jpeg"
  checksum_algorithm = "SHA256"
  metadata           = { owner = "bob" }
  tags               = { kind = "copy ${var.stage}" }

  grant {
    id          = data.aws_canonical_user_id.me.id
    type        = "CanonicalUser"
    permissions = ["READ"]
  }

  depends_on = [aws_s3_bucket_ownership_controls.photos, aws_s3_bucket_public_access_block.photos]
}

resource "aws_s3_bucket_ownership_controls" "photos" {
  bucket = aws_s3_bucket.photos.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket = aws_s3_bucket.photos.id
}

resource "aws_s3_access_point" "photos" {
  bucket = aws_s3_bucket.photos.id
  name   = "photos"

  public_access_block_configuration {
    block_public_acls       = true
    block_public_policy     = false
    ignore_public_acls      = true
    restrict_public_buckets = false
  }

  lifecycle {
    ignore_changes = [policy]
  }
}

resource "aws_s3_access_point" "private" {
  bucket = aws_s3_bucket.photos.id
  name   = "private"

  vpc_configuration {
    vpc_id = "vpc-0123456789abcdef0"
  }
}

resource "aws_s3control_access_point_policy" "photos" {
  access_point_arn = aws_s3_access_point.photos.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = var.stage == 1 ? "s3:GetObject" : "s3:GetObjectTagging"
      Principal = { AWS = local.account }
      Resource  = "${aws_s3_access_point.photos.arn}/object/*"
    }]
  })
}

resource "aws_s3control_object_lambda_access_point" "photos" {
  name = "changed"

  configuration {
    supporting_access_point     = aws_s3_access_point.photos.arn
    allowed_features            = ["GetObject-Range"]
    cloud_watch_metrics_enabled = var.stage == 2

    transformation_configuration {
      actions = ["GetObject"]

      content_transformation {
        aws_lambda {
          function_arn     = "arn:aws:lambda:us-east-1:${local.account}:function:change"
          function_payload = jsonencode({ stage = var.stage })
        }
      }
    }
  }
}

resource "aws_s3control_object_lambda_access_point_policy" "photos" {
  name = aws_s3control_object_lambda_access_point.photos.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3-object-lambda:GetObject"
      Principal = { AWS = local.account }
      Resource  = aws_s3control_object_lambda_access_point.photos.arn
    }]
  })
}

resource "aws_s3control_storage_lens_configuration" "lens" {
  config_id = "lens"
  tags      = { stage = "stage ${var.stage}" }

  storage_lens_configuration {
    enabled = true

    account_level {
      activity_metrics {
        enabled = true
      }

      advanced_cost_optimization_metrics {
        enabled = true
      }

      advanced_data_protection_metrics {
        enabled = var.stage == 2
      }

      detailed_status_code_metrics {
        enabled = true
      }

      bucket_level {
        activity_metrics {
          enabled = true
        }

        prefix_level {
          storage_metrics {
            enabled = true

            selection_criteria {
              delimiter                    = "/"
              max_depth                    = 3
              min_storage_bytes_percentage = 2.5
            }
          }
        }
      }
    }

    data_export {
      cloud_watch_metrics {
        enabled = true
      }

      s3_bucket_destination {
        account_id            = local.account
        arn                   = aws_s3_bucket.reports.arn
        format                = "CSV"
        output_schema_version = "V_1"
        prefix                = "lens"

        encryption {
          sse_s3 {}
        }
      }
    }

    exclude {
      buckets = [aws_s3_bucket.reports.arn]
      regions = ["eu-west-1"]
    }
  }
}

data "aws_s3_bucket" "photos" {
  bucket = aws_s3_bucket.photos.id
}

data "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket_policy.reports.bucket
}

data "aws_s3_object" "copy" {
  bucket        = aws_s3_bucket.photos.id
  key           = aws_s3_object_copy.cat.key
  checksum_mode = "ENABLED"
}

data "aws_s3_objects" "photos" {
  bucket    = aws_s3_bucket.photos.id
  delimiter = "/"

  depends_on = [
    aws_s3_object.cat, aws_s3_object.encrypted, aws_s3_bucket_object.old, aws_s3_object_copy.cat,
  ]
}

data "aws_s3_account_public_access_block" "account" {
  depends_on = [aws_s3_account_public_access_block.account]
}

output "seen" {
  value = {
    prefixes = data.aws_s3_objects.photos.common_prefixes
    keys     = data.aws_s3_objects.photos.keys
    body     = data.aws_s3_object.copy.body
    owner    = data.aws_s3_object.copy.metadata.owner
    sha256   = data.aws_s3_object.copy.checksum_sha256
    region   = data.aws_s3_bucket.photos.region
    blocked  = data.aws_s3_account_public_access_block.account.block_public_acls
  }
}
