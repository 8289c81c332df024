# The example's streams, execution role and REST API, as Terraform makes them. The same file works on AWS and on Alluvium:
#
#     alluvium serve --data-dir terraform-data           # in another shell; `alluvium-data` of a demo has streams and role of these names
#     export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
#     terraform init
#     terraform apply -var endpoint=http://127.0.0.1:4566
#
# Without `endpoint` it builds on AWS. Errors of Kinesis keep their meaning, as in ../api.yaml: 4xx leaves as 400, 5xx as 500.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "user_id" {
  description = "A part of the names of streams, role and API"
  type        = string
  default     = "demo"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "endpoint" {
  description = "Where Alluvium answers, such as http://127.0.0.1:4566; null is AWS"
  type        = string
  default     = null
}

variable "stage" {
  type    = string
  default = "prod"
}

provider "aws" {
  region = var.region

  # Alluvium has no instance metadata, and the account is asked of STS as on AWS.
  skip_metadata_api_check = true

  endpoints {
    apigateway = var.endpoint
    iam        = var.endpoint
    kinesis    = var.endpoint
    sts        = var.endpoint
  }
}

locals {
  # One entry per method: its resource, what it calls, and the template that makes the body of that call.
  methods = {
    list_streams = {
      resource = "streams"
      verb     = "GET"
      action   = "ListStreams"
      template = "{}"
    }
    describe_stream = {
      resource = "stream"
      verb     = "GET"
      action   = "DescribeStream"
      template = "{ \"StreamName\": \"$input.params('stream-name')\" }"
    }
    create_stream = {
      resource = "stream"
      verb     = "POST"
      action   = "CreateStream"
      template = <<-EOT
        {
            "ShardCount": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end,
            "StreamName": "$input.params('stream-name')"
        }
      EOT
    }
    delete_stream = {
      resource = "stream"
      verb     = "DELETE"
      action   = "DeleteStream"
      template = "{ \"StreamName\": \"$input.params('stream-name')\" }"
    }
    put_record = {
      resource = "record"
      verb     = "PUT"
      action   = "PutRecord"
      template = <<-EOT
        {
            "StreamName": "$input.params('stream-name')",
            "Data": "$util.base64Encode($input.json('$.Data'))",
            "PartitionKey": "$input.path('$.PartitionKey')"
        }
      EOT
    }
    put_records = {
      resource = "records"
      verb     = "PUT"
      action   = "PutRecords"
      template = <<-EOT
        {
            "StreamName": "$input.params('stream-name')",
            "Records": [
                #foreach($elem in $input.path('$.records'))
                {
                    "Data": "$util.base64Encode($elem.data)",
                    "PartitionKey": "$elem.partition-key"
                }#if($foreach.hasNext),#end
                #end
            ]
        }
      EOT
    }
  }

  resource_ids = {
    streams = aws_api_gateway_resource.streams.id
    stream  = aws_api_gateway_resource.stream.id
    record  = aws_api_gateway_resource.record.id
    records = aws_api_gateway_resource.records.id
  }

  # Status of the answer, and which statuses of Kinesis it stands for; null stands for all others.
  responses = {
    "200" = null
    "400" = "4\\d{2}"
    "500" = "5\\d{2}"
  }

  method_responses = {
    for pair in setproduct(keys(local.methods), keys(local.responses)) :
    "${pair[0]}-${pair[1]}" => { method = pair[0], status = pair[1] }
  }
}

resource "aws_kinesis_stream" "streaming" {
  for_each = toset(["pin", "geo", "user"])
  name     = "streaming-${var.user_id}-${each.key}"

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

# The role that the methods act as: API Gateway may take it on, and it may do what the methods call.
resource "aws_iam_role" "kinesis_access" {
  name = "${var.user_id}-kinesis-access-role"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "kinesis_access" {
  name = "kinesis-access"
  role = aws_iam_role.kinesis_access.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = [for method in local.methods : "kinesis:${method.action}"]
      Resource = "*"
    }]
  })
}

resource "aws_api_gateway_rest_api" "streams" {
  name        = "${var.user_id}-kinesis-streams"
  description = "Posts go in as records of Kinesis streams"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "streams" {
  rest_api_id = aws_api_gateway_rest_api.streams.id
  parent_id   = aws_api_gateway_rest_api.streams.root_resource_id
  path_part   = "streams"
}

resource "aws_api_gateway_resource" "stream" {
  rest_api_id = aws_api_gateway_rest_api.streams.id
  parent_id   = aws_api_gateway_resource.streams.id
  path_part   = "{stream-name}"
}

resource "aws_api_gateway_resource" "record" {
  rest_api_id = aws_api_gateway_rest_api.streams.id
  parent_id   = aws_api_gateway_resource.stream.id
  path_part   = "record"
}

resource "aws_api_gateway_resource" "records" {
  rest_api_id = aws_api_gateway_rest_api.streams.id
  parent_id   = aws_api_gateway_resource.stream.id
  path_part   = "records"
}

resource "aws_api_gateway_method" "method" {
  for_each = local.methods

  rest_api_id   = aws_api_gateway_rest_api.streams.id
  resource_id   = local.resource_ids[each.value.resource]
  http_method   = each.value.verb
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "kinesis" {
  for_each = local.methods

  rest_api_id             = aws_api_gateway_rest_api.streams.id
  resource_id             = local.resource_ids[each.value.resource]
  http_method             = aws_api_gateway_method.method[each.key].http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "arn:aws:apigateway:${var.region}:kinesis:action/${each.value.action}"
  credentials             = aws_iam_role.kinesis_access.arn
  passthrough_behavior    = "WHEN_NO_TEMPLATES"

  # A value of one's own stands in single quotes: without them it would name a part of the request.
  request_parameters = {
    "integration.request.header.Content-Type" = "'application/x-amz-json-1.1'"
  }

  request_templates = {
    "application/json" = each.value.template
  }
}

resource "aws_api_gateway_method_response" "response" {
  for_each = local.method_responses

  rest_api_id = aws_api_gateway_rest_api.streams.id
  resource_id = local.resource_ids[local.methods[each.value.method].resource]
  http_method = aws_api_gateway_method.method[each.value.method].http_method
  status_code = each.value.status

  response_models = {
    "application/json" = "Empty"
  }
}

resource "aws_api_gateway_integration_response" "response" {
  for_each = local.method_responses

  rest_api_id       = aws_api_gateway_rest_api.streams.id
  resource_id       = local.resource_ids[local.methods[each.value.method].resource]
  http_method       = aws_api_gateway_method.method[each.value.method].http_method
  status_code       = aws_api_gateway_method_response.response[each.key].status_code
  selection_pattern = local.responses[each.value.status]

  depends_on = [aws_api_gateway_integration.kinesis]
}

# A deployment is a snapshot: a change of what it was made from makes another one, and the stage moves to it before the old one goes.
resource "aws_api_gateway_deployment" "streams" {
  rest_api_id = aws_api_gateway_rest_api.streams.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_method.method,
      aws_api_gateway_integration.kinesis,
      aws_api_gateway_integration_response.response,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "stage" {
  rest_api_id   = aws_api_gateway_rest_api.streams.id
  deployment_id = aws_api_gateway_deployment.streams.id
  stage_name    = var.stage
}

output "invoke_url" {
  value = (
    var.endpoint == null
    ? aws_api_gateway_stage.stage.invoke_url
    : "${var.endpoint}/_aws/execute-api/${aws_api_gateway_rest_api.streams.id}/${var.stage}"
  )
}

output "execution_role" {
  value = aws_iam_role.kinesis_access.arn
}
