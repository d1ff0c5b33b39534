import { expect, test } from "vitest"
import { killDynamoDBRounds } from "./kill-dynamodb.ts"

test(
  "a server that is killed under DynamoDB's load loses no write, halves no transaction, and tells its streams all once",
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env["SEED"] ?? 1)
    const { rounds, ...report } = await killDynamoDBRounds({
      ...{ rounds: 10, seed },
      durabilities: ["process", "process", "power"],
    })
    expect(rounds).toBe(10)
    // Requests and transactions were under way when it died, on a slow machine too.
    expect(report.answered).toBeGreaterThan(100)
    expect(report.lost).toBeGreaterThan(10)
    expect(report.repeated).toBeGreaterThan(0)
    expect(report.records).toBeGreaterThan(50)
  },
)
