//! An axum server with a single JSON route, for comparison in `benches/load/throughput`. The first
//! argument is the port, the second the number of worker threads.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BODY: &str = r#"{"id":"01a20a2b-ce1f-7015-b1fa-548a9bab69fc","username":"ada","first_name":"","last_name":""}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse::<u16>().ok());
    let (port, workers) = (number().ok_or("no port")?, number().unwrap_or(1));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers.into())
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let answer = || async { ([(CONTENT_TYPE, "application/json")], BODY) };
        let routes = Router::new().route("/accounts/user", get(answer));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, routes).await
    })?;
    Ok(())
}
