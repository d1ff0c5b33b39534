import { createCloudBoot } from "./cloud-system.ts"
import { DYNAMODB, playTransactions, stormy } from "./dynamodb/transactions.ts"
import { simulate } from "./simulate.ts"

const boot = createCloudBoot(DYNAMODB)

simulate("DynamoDB's transactions", { seeds: 500, faults: stormy, boot }, playTransactions)
