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

# What changes between the first apply and the second.
variable "stage" {
  type = number
}

resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = "PROVISIONED"
  hash_key       = "customer"
  read_capacity  = 5
  write_capacity = 5

  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "state"
    type = "S"
  }
  global_secondary_index {
    name            = "by-state"
    hash_key        = "state"
    projection_type = "KEYS_ONLY"
    read_capacity   = 5
    write_capacity  = 5
  }

  # Application Auto Scaling changes it.
  lifecycle {
    ignore_changes = [read_capacity, write_capacity]
  }
}

resource "aws_appautoscaling_target" "reads" {
  min_capacity       = var.stage == 1 ? 5 : 7
  max_capacity       = 100
  resource_id        = "table/${aws_dynamodb_table.orders.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  service_namespace  = "dynamodb"

  suspended_state {
    dynamic_scaling_in_suspended = var.stage == 2
  }
}

resource "aws_appautoscaling_policy" "reads" {
  name               = "DynamoDBReadCapacityUtilization:${aws_appautoscaling_target.reads.resource_id}"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.reads.resource_id
  scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
  service_namespace  = aws_appautoscaling_target.reads.service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
    target_value       = var.stage == 1 ? 70 : 60
    scale_in_cooldown  = 60
    scale_out_cooldown = 30
  }
}

resource "aws_appautoscaling_target" "index_writes" {
  min_capacity       = 5
  max_capacity       = 20
  resource_id        = "table/${aws_dynamodb_table.orders.name}/index/by-state"
  scalable_dimension = "dynamodb:index:WriteCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_scheduled_action" "nights" {
  name               = "nights"
  resource_id        = aws_appautoscaling_target.index_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.index_writes.scalable_dimension
  service_namespace  = aws_appautoscaling_target.index_writes.service_namespace
  schedule           = "cron(0 22 * * ? *)"
  timezone           = "Europe/Berlin"

  scalable_target_action {
    min_capacity = 5
    max_capacity = var.stage == 1 ? 10 : 15
  }
}

output "alarms" {
  value = length(aws_appautoscaling_policy.reads.alarm_arns)
}
