import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { removeFolder, startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, providerMirror, run } from "./tools.ts"

const mirror = hasProgram("terraform", ["version"]) ? providerMirror() : undefined

const CONFIGURATION = `
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "me" {}

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
    sourceQueueArns   = [aws_sqs_queue.jobs.arn]
  })
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "everybody"
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.jobs.arn
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
`

test.skipIf(!mirror)(
  "CLOUD-1 Terraform creates queues with policies and redrive, plans nothing more, and destroys them",
  { timeout: 400_000 },
  async () => {
    const cloud = await startCloud(["--ephemeral"])
    const folder = mkdtempSync(join(tmpdir(), "cloudarium-terraform-"))
    try {
      writeFileSync(join(folder, "main.tf"), CONFIGURATION)
      writeFileSync(
        join(folder, "terraform.rc"),
        `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
      )
      const env = {
        ...clientEnvironment(cloud.url),
        TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
        TF_IN_AUTOMATION: "1",
        CHECKPOINT_DISABLE: "1",
      }
      const terraform = (...args: string[]) =>
        run("terraform", [...args, "-no-color"], { env, cwd: folder })
      expect(await terraform("init")).toMatchObject({ code: 0 })
      expect(await terraform("apply", "-auto-approve")).toMatchObject({ code: 0 })
      expect((await terraform("output", "-raw", "account")).stdout).toBe("000000000000")
      // Exit code 0: nothing to change; 2 would be a difference.
      expect(await terraform("plan", "-detailed-exitcode")).toMatchObject({ code: 0 })
      expect(await terraform("destroy", "-auto-approve")).toMatchObject({ code: 0 })
      const left = await run("aws", ["--endpoint-url", cloud.url, "sqs", "list-queues"], { env })
      if (left.code === 0) expect(left.stdout.trim()).toBe("")
    } finally {
      await cloud.stop()
      removeFolder(folder)
      removeFolder(cloud.data)
    }
  },
)
