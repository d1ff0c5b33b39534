terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

variable "dead_url" {
  type = string
}

data "aws_caller_identity" "me" {}

data "aws_availability_zones" "up" {
  state = "available"
}

data "aws_regions" "all" {
  all_regions = true
}

output "zones" {
  value = data.aws_availability_zones.up.names
}

output "sydney" {
  value = contains(data.aws_regions.all.names, "ap-southeast-2")
}

# It is there already: the provider waits 25 s after each queue that it makes and each policy that it
# sets, and one after another where they depend on each other.
import {
  to = aws_sqs_queue.dead
  id = var.dead_url
}

resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_sqs_queue" "jobs" {
  name                       = "jobs"
  delay_seconds              = 5
  visibility_timeout_seconds = 45
  message_retention_seconds  = 86400
  receive_wait_time_seconds  = 10
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 4
  })
  tags = { team = "cats" }
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [replace(aws_sqs_queue.dead.arn, "dead", "jobs")]
  })
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "everybody"
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.dead.arn
    }]
  })
}

resource "aws_sqs_queue" "orders" {
  name                        = "orders.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
  sqs_managed_sse_enabled     = true
}

output "account" {
  value = data.aws_caller_identity.me.account_id
}
