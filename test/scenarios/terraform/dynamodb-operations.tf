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
  alias  = "europe"
  region = "eu-west-1"
}

variable "stage" {
  type = number
}

resource "aws_kms_key" "here" {
  deletion_window_in_days = 7
}

resource "aws_kms_key" "europe" {
  provider                = aws.europe
  deletion_window_in_days = 7
}

# Replicas in the table itself.
resource "aws_dynamodb_table" "everywhere" {
  name             = "everywhere"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 10 + var.stage
  }
  on_demand_throughput {
    max_read_request_units  = 100 * var.stage
    max_write_request_units = 100
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.here.arn
  }
  replica {
    region_name            = "eu-west-1"
    kms_key_arn            = aws_kms_key.europe.arn
    point_in_time_recovery = true
    propagate_tags         = true
  }
  tags = { purpose = "cats" }
}

# A table that gets a replica later.
resource "aws_dynamodb_table" "growing" {
  name             = "growing"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
  dynamic "replica" {
    for_each = var.stage == 1 ? [] : ["eu-west-1", "ap-southeast-2"]
    content {
      region_name = replica.value
    }
  }
}

# A replica beside its table.
resource "aws_dynamodb_table" "main" {
  name             = "main"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  lifecycle {
    ignore_changes = [replica]
  }
}

resource "aws_dynamodb_table_replica" "europe" {
  provider                    = aws.europe
  global_table_arn            = aws_dynamodb_table.main.arn
  point_in_time_recovery      = var.stage == 1
  deletion_protection_enabled = false
  tags                        = { stage = var.stage }
}

# A tag of a replica that its table does not manage.
resource "aws_dynamodb_tag" "europe" {
  provider     = aws.europe
  resource_arn = replace(aws_dynamodb_table.everywhere.arn, "us-east-1", "eu-west-1")
  key          = "stage"
  value        = var.stage
}

resource "aws_dynamodb_contributor_insights" "main" {
  table_name = aws_dynamodb_table.main.name
}

resource "aws_dynamodb_table_item" "one" {
  table_name = aws_dynamodb_table.main.name
  hash_key   = "id"
  item       = jsonencode({ id = { S = "one" } })
}

resource "aws_s3_bucket" "data" {
  bucket        = "tables"
  force_destroy = true
}

resource "aws_dynamodb_table_export" "main" {
  table_arn     = aws_dynamodb_table.main.arn
  s3_bucket     = aws_s3_bucket.data.id
  export_format = "ION"
  depends_on    = [aws_dynamodb_table_item.one]
}

resource "aws_s3_object" "cats" {
  bucket  = aws_s3_bucket.data.id
  key     = "cats/1.csv"
  content = "id,name\n1,Ada\n2,Bob\n"
}

# Made from what lies in S3.
resource "aws_dynamodb_table" "imported" {
  name         = "imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  import_table {
    input_format = "CSV"
    s3_bucket_source {
      bucket     = aws_s3_bucket.data.id
      key_prefix = "cats/"
    }
  }
  depends_on = [aws_s3_object.cats]
}

# Made from another as it is now.
resource "aws_dynamodb_table" "restored" {
  name                   = "restored"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "id"
  restore_source_name    = aws_dynamodb_table.main.name
  restore_to_latest_time = true

  attribute {
    name = "id"
    type = "S"
  }
}

data "aws_dynamodb_table" "imported" {
  name = aws_dynamodb_table.imported.name
}

data "aws_dynamodb_table_item" "ada" {
  table_name = aws_dynamodb_table.imported.name
  key        = jsonencode({ id = { S = "1" } })
}

output "found" {
  value = {
    ada    = jsondecode(data.aws_dynamodb_table_item.ada.item).name.S
    class  = data.aws_dynamodb_table.imported.billing_mode
    items  = aws_dynamodb_table_export.main.item_count
    status = aws_dynamodb_table_export.main.export_status
    where  = [for one in concat(tolist(aws_dynamodb_table.everywhere.replica), tolist(aws_dynamodb_table.growing.replica)) : one.region_name]
  }
}
