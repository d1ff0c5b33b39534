import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasAws = hasProgram("aws")

type Answer = Readonly<Record<string, unknown>>

/** How often a state is looked up that jobs bring about. */
const LOOKS = 30

describe.skipIf(!hasAws)("DynamoDB's operations in the aws CLI", { timeout: 900_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => void (await cloud.stop()))

  /** `+` stands for a space within an argument. */
  const call = (service: string, args: string) => {
    const parts = args.split(" ").map((part) => part.replaceAll("+", " "))
    const env = clientEnvironment(cloud.url)
    return run("aws", ["--endpoint-url", cloud.url, service, ...parts], { env })
  }
  const ask = async (service: string, args: string): Promise<Answer> => {
    const { code, stdout, stderr } = await call(service, args)
    expect([stderr, code]).toEqual(["", 0])
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Answer)
  }
  const aws = (args: string) => ask("dynamodb", args)
  const refused = async (args: string) => {
    const { code, stderr } = await call("dynamodb", args)
    expect(code).not.toBe(0)
    return /\((\w+)\)/.exec(stderr)?.[1]
  }
  /** Asks until the answer's text holds what is said. */
  const until = async (args: string, wanted: string, service = "dynamodb"): Promise<Answer> => {
    let answer: Answer = {}
    for (let look = 0; look < LOOKS; look += 1) {
      answer = await ask(service, args)
      if (JSON.stringify(answer).includes(wanted)) return answer
    }
    throw new Error(`${args} never told ${wanted}: ${JSON.stringify(answer)}`)
  }
  const create = async (table: string) => {
    await aws(
      `create-table --table-name ${table} --billing-mode PAY_PER_REQUEST ` +
        "--attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH",
    )
    await aws(`wait table-exists --table-name ${table}`)
  }
  /** The CLI looks again after twenty seconds only. */
  const exists = async (table: string) => {
    await until(`describe-table --table-name ${table}`, '"TableStatus":"ACTIVE"')
    await aws(`wait table-exists --table-name ${table}`)
  }
  const count = async (table: string) =>
    (await aws(`scan --table-name ${table} --select COUNT`))["Count"]
  const put = (id: string) => `{"PutRequest":{"Item":{"id":{"S":"${id}"},"n":{"N":"1"}}}}`

  test("backups, recovery to a point in time, export to S3 and import from there", async () => {
    await create("films")
    await aws(`batch-write-item --request-items {"films":[${put("a")},${put("b")}]}`)
    const { BackupDetails } = await aws("create-backup --table-name films --backup-name first")
    const { BackupArn } = BackupDetails as { BackupArn: string }
    const status = '"BackupStatus":"AVAILABLE"'
    await until(`describe-backup --backup-arn ${BackupArn}`, status)
    await aws('delete-item --table-name films --key {"id":{"S":"a"}}')
    await aws(`restore-table-from-backup --target-table-name restored --backup-arn ${BackupArn}`)
    await exists("restored")
    expect([await count("films"), await count("restored")]).toEqual([1, 2])
    await aws(
      "update-continuous-backups --table-name films --point-in-time-recovery-specification " +
        "PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=7",
    )
    await aws(
      "restore-table-to-point-in-time --source-table-name films --target-table-name latest --use-latest-restorable-time",
    )
    await exists("latest")
    expect(await count("latest")).toBe(1)
    await ask("s3api", "create-bucket --bucket exports")
    const { TableArn } = (await aws("describe-table --table-name films"))["Table"] as Answer
    const { ExportDescription } = await aws(
      `export-table-to-point-in-time --table-arn ${String(TableArn)} --s3-bucket exports --export-format ION`,
    )
    const { ExportArn } = ExportDescription as { ExportArn: string }
    await until(`describe-export --export-arn ${ExportArn}`, '"ExportStatus":"COMPLETED"')
    await aws(`wait export-completed --export-arn ${ExportArn}`)
    const { ImportTableDescription } = await aws(
      `import-table --input-format ION --input-compression-type GZIP --s3-bucket-source ` +
        `S3Bucket=exports,S3KeyPrefix=AWSDynamoDB/${ExportArn.split("/").at(-1)}/data/ ` +
        '--table-creation-parameters {"TableName":"imported","BillingMode":"PAY_PER_REQUEST",' +
        '"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}',
    )
    const { ImportArn } = ImportTableDescription as { ImportArn: string }
    await until(`describe-import --import-arn ${ImportArn}`, '"ImportStatus":"COMPLETED"')
    await aws(`wait import-completed --import-arn ${ImportArn}`)
    expect(await aws('get-item --table-name imported --key {"id":{"S":"b"}}')).toEqual({
      Item: { id: { S: "b" }, n: { N: "1" } },
    })
    await aws(`delete-backup --backup-arn ${BackupArn}`)
    expect(await refused(`describe-backup --backup-arn ${BackupArn}`)).toBe(
      "BackupNotFoundException",
    )
  })

  test("DBM-10 PartiQL: statements, batches and transactions; a join is refused", async () => {
    await create("pets")
    for (const [id, legs] of ["cat 4", "bird 2", "fish 0"].map((pet) => pet.split(" ")))
      await aws(
        `execute-statement --statement INSERT+INTO+pets+VALUE+{'id':?,'legs':${legs}} --parameters [{"S":"${id}"}]`,
      )
    const found = await aws("execute-statement --statement SELECT+id+FROM+pets+WHERE+legs>1")
    expect((found["Items"] as object[]).length).toBe(2)
    const select = (id: string) => `{"Statement":"SELECT+legs+FROM+pets+WHERE+id='${id}'"}`
    expect(
      await aws(`batch-execute-statement --statements [${select("cat")},${select("dog")}]`),
    ).toEqual({
      Responses: [{ TableName: "pets", Item: { legs: { N: "4" } } }, { TableName: "pets" }],
    })
    const update = (id: string) => `{"Statement":"UPDATE+pets+SET+legs=legs-1+WHERE+id='${id}'"}`
    await aws(`execute-transaction --transact-statements [${update("cat")},${update("bird")}]`)
    const twice = `execute-transaction --transact-statements [${update("cat")},${update("dog")}]`
    expect(await refused(twice)).toBe("TransactionCanceledException")
    expect(await aws('get-item --table-name pets --key {"id":{"S":"cat"}}')).toMatchObject({
      Item: { legs: { N: "3" } },
    })
    const join = "execute-statement --statement SELECT+*+FROM+pets+a,+pets+b"
    expect(await refused(join)).toBe("ValidationException")
  })

  test("a global table: a replica is added, follows, and is taken out", async () => {
    await create("world")
    await aws("update-table --table-name world --replica-updates Create={RegionName=eu-west-1}")
    await until("describe-table --table-name world", '"ReplicaStatus":"ACTIVE"')
    await aws('put-item --table-name world --item {"id":{"S":"here"}}')
    const there = "--region eu-west-1"
    await aws(`wait table-exists --table-name world ${there}`)
    const key = '--key {"id":{"S":"here"}}'
    await until(`get-item --table-name world ${key} ${there}`, '"here"')
    await aws("update-table --table-name world --replica-updates Delete={RegionName=eu-west-1}")
    await until(`list-tables ${there}`, "[]")
    expect(await count("world")).toBe(1)
  })

  test("DAX: a cluster in its groups is made, grows, is tagged, and goes", async () => {
    const dax = (args: string) => ask("dax", args)
    const advance = async () => {
      const body = JSON.stringify({ advance: "3m" })
      const headers = { "content-type": "application/json" }
      await fetch(`${cloud.url}/_cloudarium/clock`, { method: "POST", body, headers })
    }
    await dax("create-parameter-group --parameter-group-name short")
    await dax(
      "update-parameter-group --parameter-group-name short --parameter-name-values ParameterName=record-ttl-millis,ParameterValue=1000",
    )
    await dax("create-subnet-group --subnet-group-name inner --subnet-ids subnet-0123456789abcdef0")
    await dax(
      "create-cluster --cluster-name fast --node-type dax.r5.large --replication-factor 1 --subnet-group-name inner " +
        "--parameter-group-name short --iam-role-arn arn:aws:iam::000000000000:role/dax --tags Key=stage,Value=test",
    )
    await advance()
    const made = await until("describe-clusters --cluster-names fast", '"available"', "dax")
    const [cluster] = made["Clusters"] as { ClusterArn: string; TotalNodes: number }[]
    expect(cluster).toMatchObject({ SubnetGroup: "inner", ActiveNodes: 1 })
    expect(await dax(`list-tags --resource-name ${cluster?.ClusterArn}`)).toEqual({
      Tags: [{ Key: "stage", Value: "test" }],
    })
    await dax("increase-replication-factor --cluster-name fast --new-replication-factor 3")
    await advance()
    await until("describe-clusters --cluster-names fast", '"ActiveNodes":3', "dax")
    await dax("delete-cluster --cluster-name fast")
    await advance()
    await until("describe-clusters", '"Clusters":[]', "dax")
    await dax("delete-subnet-group --subnet-group-name inner")
    await dax("delete-parameter-group --parameter-group-name short")
  })
})
