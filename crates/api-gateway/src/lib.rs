//! The API Gateway service: REST API model, OpenAPI import, execution in API Gateway's own steps
