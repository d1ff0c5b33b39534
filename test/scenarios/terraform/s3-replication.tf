variable "stage" {
  type = number
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

resource "aws_iam_role" "replicator" {
  name = "replicator"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "s3.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "replicator" {
  role = aws_iam_role.replicator.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = aws_s3_bucket.source.arn
      },
      {
        Effect = "Allow"
        Action = [
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionTagging",
        ]
        Resource = "${aws_s3_bucket.source.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
        Resource = "${aws_s3_bucket.destination.arn}/*"
      },
    ]
  })
}

resource "aws_s3_bucket" "source" {
  bucket        = "cats-source"
  force_destroy = true
}

resource "aws_s3_bucket" "destination" {
  provider      = aws.europe
  bucket        = "cats-destination"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.source.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "destination" {
  provider = aws.europe
  bucket   = aws_s3_bucket.destination.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "cats" {
  depends_on = [
    aws_s3_bucket_versioning.source,
    aws_s3_bucket_versioning.destination,
    aws_iam_role_policy.replicator,
  ]
  role   = aws_iam_role.replicator.arn
  bucket = aws_s3_bucket.source.id

  rule {
    id       = "cats"
    status   = "Enabled"
    priority = 1
    filter {
      prefix = var.stage == 1 ? "cats/" : "pets/"
    }
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket        = aws_s3_bucket.destination.arn
      storage_class = "STANDARD_IA"
      replication_time {
        status = "Enabled"
        time {
          minutes = 15
        }
      }
      metrics {
        status = "Enabled"
        event_threshold {
          minutes = 15
        }
      }
    }
  }
}

resource "aws_s3_object" "cat" {
  depends_on = [aws_s3_bucket_replication_configuration.cats]
  bucket     = aws_s3_bucket.source.id
  key        = "cats/tom"
  content    = "tom"
}
