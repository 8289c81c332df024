//! HTTP and HTTP_PROXY integrations: what reaches the endpoint, and what of its answer reaches the client.

use alluvium_api_gateway::{ApiGateway, Definition, GatewayOptions, InvokeUrl};
use bytes::Bytes;
use http::{Request, Response};
use indexmap::IndexMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::backend::{ACCOUNT_ID, REGION, Received, Scene, clock};

const PROXY: &str = "openapi: 3.0.1
info: {title: proxy}
paths:
  /files/{proxy+}:
    x-amazon-apigateway-any-method:
      parameters: [{name: proxy, in: path, required: true}]
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://files.local/base/{proxy}?fixed=1
        requestParameters:
          integration.request.path.proxy: method.request.path.proxy
          integration.request.querystring.b: \"'mapped'\"
          integration.request.header.X-Mapped: context.httpMethod
";

const PLAIN: &str = "openapi: 3.0.1
info: {title: plain}
paths:
  /items/{id}:
    post:
      parameters:
        - {name: id, in: path, required: true}
        - {name: q, in: query}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: PUT
        uri: http://items.local/v1/{id}
        requestParameters:
          integration.request.path.id: method.request.path.id
          integration.request.querystring.search: method.request.multivaluequerystring.q
          integration.request.header.X-Part: method.request.body.a.b
        responses:
          default:
            statusCode: 200
            responseParameters:
              method.response.header.X-Etag: integration.response.header.ETag
              method.response.header.X-Id: integration.response.body.id
              method.response.header.X-Stage: context.stage
              method.response.header.Server: \"'s'\"
";

fn endpoint() -> Scene {
    Scene::new(|_: &Received| {
        let answer = Response::builder().status(302).header("location", "http://elsewhere.local/");
        let answer = answer.header("date", "then").header("server", "backend").header("etag", "\"e\"");
        let answer = answer.header("set-cookie", "a=1").header("set-cookie", "b=2");
        let answer = answer.header("connection", "close").header("x-amzn-requestid", "theirs");
        Ok(answer.header("content-type", "text/plain").body(Bytes::from_static(b"{\"id\": 7}"))?)
    })
}

#[tokio::test]
async fn a_proxy_integration_sends_the_whole_request_and_brings_the_whole_answer() {
    let scene = endpoint();
    let api_id = scene.deploy(PROXY);
    let request = Request::builder()
        .method("PATCH")
        .header("host", "client.local")
        .header("x-one", "1")
        .header("x-one", "2")
        .header("user-agent", "curl")
        .header("connection", "keep-alive")
        .header("te", "trailers")
        .header("x-forwarded-for", "10.0.0.1");
    let answer = scene.send(&api_id, request, "/prod/files/a%20b/c?a=1&b=2&a=%26", "body").await;
    let received = scene.received().pop().expect("the endpoint was called");
    assert_eq!(received.method, "PATCH");
    assert_eq!(received.uri, "http://files.local/base/a%20b/c?fixed=1&a=1&a=%26&b=mapped");
    assert_eq!(received.body, "body");
    let ones: Vec<_> = received.headers.get_all("x-one").iter().collect();
    assert_eq!(ones, ["1", "2"]);
    assert_eq!((received.header("user-agent"), received.header("x-mapped")), ("curl", "PATCH"));
    assert_eq!(received.header("x-forwarded-for"), "10.0.0.1, 127.0.0.1");
    assert_eq!(received.header("x-amzn-apigateway-api-id"), api_id);
    for absent in ["host", "connection", "te", "authorization"] {
        assert_eq!(received.header(absent), "", "{absent}");
    }
    assert_eq!((answer.status, answer.body.as_str()), (302, "{\"id\": 7}"));
    assert_eq!(answer.header("location"), "http://elsewhere.local/");
    assert_eq!(answer.header("x-amzn-remapped-date"), "then");
    assert_eq!(answer.header("x-amzn-remapped-server"), "backend");
    assert_eq!(answer.header("x-amzn-remapped-connection"), "close");
    assert_eq!(answer.header("x-amzn-remapped-x-amzn-requestid"), "theirs");
    assert_eq!(answer.header("x-amzn-requestid").len(), 36);
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!((answer.header("content-type"), answer.header("connection")), ("text/plain", ""));
}

#[tokio::test]
async fn a_plain_integration_sends_and_brings_what_is_mapped() {
    let scene = endpoint();
    let api_id = scene.deploy(PLAIN);
    let request =
        Request::builder().method("POST").header("x-secret", "1").header("content-type", "application/json");
    let body = "{\"a\": {\"b\": [1]}}";
    let answer = scene.send(&api_id, request, "/prod/items/x%2Fy?q=1&q=2", body).await;
    let received = scene.received().pop().expect("the endpoint was called");
    assert_eq!((received.method.as_str(), received.body.as_str()), ("PUT", body));
    assert_eq!(received.uri, "http://items.local/v1/x/y?search=1%2C2");
    assert_eq!((received.header("x-part"), received.header("x-secret")), ("[1]", ""));
    assert_eq!(received.header("content-type"), "application/json");
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"id\": 7}"));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!((answer.header("x-etag"), answer.header("x-id")), ("\"e\"", "7"));
    assert_eq!((answer.header("x-stage"), answer.header("x-amzn-remapped-server")), ("prod", "s"));
    assert_eq!((answer.header("location"), answer.header("server")), ("", ""));
}

#[tokio::test]
async fn a_client_decides_no_more_of_the_host_than_the_uri_lets_it() {
    let scene = endpoint();
    let api_id = scene.deploy(&PLAIN.replace("http://items.local/v1/{id}", "http://{id}.items.local/"));
    for path in ["/prod/items/evil.local%2F", "/prod/items/evil.local%3A80%40x", "/prod/items/a%23"] {
        let answer = scene.send(&api_id, Request::builder().method("POST"), path, "{}").await;
        assert_eq!(answer.status, 500, "{path}");
        assert!(answer.header("x-alluvium-cause").contains("{id} in its host"), "{path}");
    }
    scene.send(&api_id, Request::builder().method("POST"), "/prod/items/eu-1", "{}").await;
    let uris: Vec<String> = scene.received().iter().map(|received| received.uri.to_string()).collect();
    assert_eq!(uris, ["http://eu-1.items.local/"]);
}

#[tokio::test]
async fn a_verb_that_api_gateway_does_not_have_is_no_method() {
    let scene = endpoint();
    let api_id = scene.deploy(PROXY);
    for verb in ["get", "TRACE", "ANY", "PROPFIND"] {
        let answer = scene.send(&api_id, Request::builder().method(verb), "/prod/files/x", "").await;
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (403, "MissingAuthenticationTokenException")
        );
    }
    assert_eq!(scene.received().len(), 0);
}

#[tokio::test]
async fn a_name_in_the_uri_without_a_mapping_answers_500() {
    let scene = endpoint();
    let api_id =
        scene.deploy(&PLAIN.replace("          integration.request.path.id: method.request.path.id\n", ""));
    let answer = scene.send(&api_id, Request::builder().method("POST"), "/prod/items/1", "{}").await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.header("x-alluvium-cause"),
        "the integration's URI has {id}, and nothing gives it a value; map integration.request.path.id"
    );
}

#[tokio::test]
async fn what_does_not_run_here_is_refused_with_what_to_do() {
    let scene = endpoint();
    for (from, to, reason) in [
        (
            "type: http\n",
            "type: aws_proxy\n",
            "integration type AWS_PROXY is not supported; functions do not run here",
        ),
        ("http://items.local", "ftp://items.local", "it must begin with http:// or https://"),
        ("        httpMethod: PUT\n", "", "say with which verb the endpoint is called"),
    ] {
        let text = PLAIN.replace(from, to);
        let refused = scene.gateway.import_rest_api(Definition { text: &text, file_name: "api.yaml" });
        assert!(refused.is_err_and(|error| error.to_string().contains(reason)), "{reason}");
    }
}

/// A server that answers a redirect and gives back the first request that it read.
async fn redirecting(listener: TcpListener) -> String {
    let (mut socket, _) = listener.accept().await.expect("a connection");
    let mut read = Vec::new();
    while !read.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        let count = socket.read(&mut piece).await.expect("reads");
        read.extend_from_slice(&piece[..count]);
    }
    let answer = "HTTP/1.1 301 Moved\r\nlocation: /there\r\ncontent-length: 2\r\n\r\nok";
    socket.write_all(answer.as_bytes()).await.expect("writes");
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn over_the_network_the_host_is_the_endpoints_and_a_redirect_is_an_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let served = tokio::spawn(redirecting(listener));
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("opens");
    let text = PROXY.replace("files.local", &address);
    let api_id =
        gateway.import_rest_api(Definition { text: &text, file_name: "p.yaml" }).expect("imports").api_id;
    gateway.create_deployment(&api_id, "prod", &IndexMap::new()).expect("deploys");
    let url = InvokeUrl { api_id, stage: "prod".to_owned(), path: "/files/x".to_owned() };
    let request = Request::builder().uri("/prod/files/x").header("host", "client.local");
    let response = gateway.invoke(&url, request.body(Bytes::new()).expect("a request")).await;
    assert_eq!((response.status().as_u16(), &response.body()[..]), (301, &b"ok"[..]));
    assert_eq!(response.headers()["location"], "/there");
    let read = served.await.expect("the server ends");
    assert!(read.starts_with("GET /base/x?fixed=1&b=mapped HTTP/1.1\r\n"), "{read}");
    assert!(read.contains(&format!("host: {address}\r\n")) && !read.contains("client.local"), "{read}");
}
