//! A Rocket with a single JSON route, for comparison in `benches/load/throughput`.

use rocket::http::ContentType;

#[rocket::get("/user")]
fn user() -> (ContentType, &'static str) {
    let body = r#"{"id":"01a20a2b-ce1f-7015-b1fa-548a9bab69fc","username":"ada","first_name":"","last_name":""}"#;
    (ContentType::JSON, body)
}

#[rocket::launch]
fn rocket() -> _ {
    rocket::build().mount("/accounts", rocket::routes![user])
}
