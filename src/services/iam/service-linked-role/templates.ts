/**
 * The service-linked roles that AWS makes, by service principal without `.amazonaws.com`: what
 * stands behind `AWSServiceRoleFor` in the role's name, and the policy it has.
 */
type Templates = Readonly<Record<string, readonly [name: string, policy: string]>>

/** Recorded. */
const RECORDED: Templates = {
  "accountdiscovery.ssm": [
    "AmazonSSM_AccountDiscovery",
    "AWSSystemsManagerAccountDiscoveryServicePolicy",
  ],
  acm: ["CertificateManager", "CertificateManagerServiceRolePolicy"],
  appmesh: ["AppMesh", "AWSAppMeshServiceRolePolicy"],
  "autoscaling-plans": [
    "AutoScalingPlans_EC2AutoScaling",
    "AWSAutoScalingPlansEC2AutoScalingPolicy",
  ],
  autoscaling: ["AutoScaling", "AutoScalingServiceRolePolicy"],
  backup: ["Backup", "AWSBackupServiceLinkedRolePolicyForBackup"],
  batch: ["Batch", "BatchServiceRolePolicy"],
  "cassandra.application-autoscaling": [
    "ApplicationAutoScaling_CassandraTable",
    "AWSApplicationAutoscalingCassandraTablePolicy",
  ],
  "cks.kms": [
    "KeyManagementServiceCustomKeyStores",
    "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
  ],
  cloudtrail: ["CloudTrail", "CloudTrailServiceRolePolicy"],
  "codestar-notifications": ["CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"],
  config: ["Config", "AWSConfigServiceRolePolicy"],
  connect: ["AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"],
  "dms-fleet-advisor": ["DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"],
  dms: ["DMSServerless", "AWSDMSServerlessServiceRolePolicy"],
  "docdb-elastic": ["DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"],
  "ec2-instance-connect": ["Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"],
  "ec2.application-autoscaling": [
    "ApplicationAutoScaling_EC2SpotFleetRequest",
    "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
  ],
  ecr: ["ECRTemplate", "ECRTemplateServiceRolePolicy"],
  ecs: ["ECS", "AmazonECSServiceRolePolicy"],
  "eks-connector": ["AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"],
  "eks-fargate": ["AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"],
  "eks-nodegroup": ["AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"],
  eks: ["AmazonEKS", "AmazonEKSServiceRolePolicy"],
  elasticache: ["ElastiCache", "ElastiCacheServiceRolePolicy"],
  elasticbeanstalk: ["ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"],
  elasticfilesystem: ["AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"],
  elasticloadbalancing: ["ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"],
  "email.cognito-idp": ["AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"],
  "emr-containers": ["AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"],
  emrwal: ["EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"],
  fis: ["FIS", "AmazonFISServiceRolePolicy"],
  grafana: ["AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"],
  imagebuilder: ["ImageBuilder", "AWSServiceRoleForImageBuilder"],
  iotmanagedintegrations: ["IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"],
  kafka: ["Kafka", "KafkaServiceRolePolicy"],
  kafkaconnect: ["KafkaConnect", "KafkaConnectServiceRolePolicy"],
  lakeformation: ["LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"],
  lexv2: ["LexV2Bots", "AmazonLexV2BotPolicy"],
  lightsail: ["Lightsail", "LightsailExportAccess"],
  m2: ["AWSM2", "AWSM2ServicePolicy"],
  memorydb: ["MemoryDB", "MemoryDBServiceRolePolicy"],
  mq: ["AmazonMQ", "AmazonMQServiceRolePolicy"],
  "mrk.kms": [
    "KeyManagementServiceMultiRegionKeys",
    "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
  ],
  notifications: ["AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"],
  "observability.aoss": [
    "AmazonOpenSearchServerless",
    "AmazonOpenSearchServerlessServiceRolePolicy",
  ],
  opensearchservice: ["AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
  "ops.apigateway": ["APIGateway", "APIGatewayServiceRolePolicy"],
  "ops.emr-serverless": ["AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"],
  "opsdatasync.ssm": ["SystemsManagerOpsDataSync", "AWSSystemsManagerOpsDataSyncServiceRolePolicy"],
  "opsinsights.ssm": ["AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"],
  "pullthroughcache.ecr": ["ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"],
  ram: ["ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"],
  rds: ["RDS", "AmazonRDSServiceRolePolicy"],
  redshift: ["Redshift", "AmazonRedshiftServiceLinkedRolePolicy"],
  "replication.cassandra": ["KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"],
  "replication.ecr": ["ECRReplication", "ECRReplicationServiceRolePolicy"],
  "repository.sync.codeconnections": ["GitSync", "AWSGitSyncServiceRolePolicy"],
  "resource-explorer-2": ["ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"],
  rolesanywhere: ["RolesAnywhere", "AWSRolesAnywhereServicePolicy"],
  "s3-outposts": ["S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"],
  ses: ["AmazonSES", "AmazonSESServiceRolePolicy"],
  shield: ["AWSShield", "AWSShieldServiceRolePolicy"],
  "ssm-incidents": ["IncidentManager", "AWSIncidentManagerServiceRolePolicy"],
  "ssm-quicksetup": ["SSMQuickSetup", "SSMQuickSetupRolePolicy"],
  ssm: ["AmazonSSM", "AmazonSSMServiceRolePolicy"],
  sso: ["SSO", "AWSSSOServiceRolePolicy"],
  "vpcorigin.cloudfront": ["CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"],
  waf: ["WAFLogging", "WAFLoggingServiceRolePolicy"],
  wafv2: ["WAFV2Logging", "WAFV2LoggingServiceRolePolicy"],
}

/** By the services' user guides ("Using service-linked roles"). */
const DOCUMENTED: Templates = {
  "access-analyzer": ["AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"],
  "dynamodb.application-autoscaling": [
    "ApplicationAutoScaling_DynamoDBTable",
    "AWSApplicationAutoscalingDynamoDBTablePolicy",
  ],
  "ecs.application-autoscaling": [
    "ApplicationAutoScaling_ECSService",
    "AWSApplicationAutoscalingECSServicePolicy",
  ],
  // The service's name is not verified.
  "globaltablesettingsmanagement.dynamodb": [
    "DynamoDBGlobalTableSettingsManagement",
    "DynamoDBGlobalTableSettingsManagementServiceRolePolicy",
  ],
  "kinesisreplication.dynamodb": [
    "DynamoDBKinesisDataStreamsReplication",
    "DynamoDBKinesisReplicationServiceRolePolicy",
  ],
  "replication.dynamodb": ["DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"],
  guardduty: ["AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"],
  inspector2: ["AmazonInspector2", "AmazonInspector2ServiceRolePolicy"],
  "lambda.application-autoscaling": [
    "ApplicationAutoScaling_LambdaConcurrency",
    "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
  ],
  organizations: ["Organizations", "AWSOrganizationsServiceTrustPolicy"],
  "rds.application-autoscaling": [
    "ApplicationAutoScaling_RDSCluster",
    "AWSApplicationAutoscalingRDSClusterPolicy",
  ],
  securityhub: ["SecurityHub", "AWSSecurityHubServiceRolePolicy"],
  spot: ["EC2Spot", "AWSEC2SpotServiceRolePolicy"],
  spotfleet: ["EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"],
  support: ["Support", "AWSSupportServiceRolePolicy"],
  transitgateway: ["VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"],
  trustedadvisor: ["TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"],
}

export const TEMPLATES: Templates = { ...RECORDED, ...DOCUMENTED }

/** Recorded: what roles of these services say when the caller says nothing. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  rds: "Allows Amazon RDS to manage AWS resources on your behalf",
  ssm: "Provides access to AWS Resources managed or used by Amazon SSM.",
  sso: "Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.",
}

/** Recorded: the services whose roles take a suffix. */
export const WITH_SUFFIX: ReadonlySet<string> = new Set(["autoscaling", "connect", "lexv2"])
