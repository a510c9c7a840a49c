//! An application that attaches the stage: `/` is its own.

use accounts_testkit::{Case, async_cases};
use figment::Figment;
use rocket::http::{Accept, Status};
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket, get, routes};
use rocket_accounts::Accounts;

use super::built;

pub(crate) fn cases() -> Vec<Case> {
    async_cases![
        the_stage_brings_no_page_of_its_own,
        routes_of_the_host_come_before_its_front_end
    ]
}

#[get("/")]
fn index() -> &'static str {
    "the host's own page"
}

#[get("/<name>", rank = 5)]
fn greet(name: &str) -> String {
    format!("hello {name}")
}

fn host(figment: Figment) -> Rocket<Build> {
    let rocket = rocket::custom(figment.select("test"));
    rocket.attach(Accounts::stage()).mount("/", routes![greet])
}

async fn get_page(client: &Client, path: &str) -> (Status, String) {
    let request = client.get(path.to_owned()).header(Accept::HTML);
    let answer = request.dispatch().await;
    (
        answer.status(),
        answer.into_string().await.unwrap_or_default(),
    )
}

async fn the_stage_brings_no_page_of_its_own() {
    let figment = rocket::Config::figment().merge(("profile", "debug"));
    let client = Client::tracked(host(figment)).await.unwrap();
    assert_eq!(get_page(&client, "/").await.0, Status::NotFound);
    let client = Client::tracked(host(rocket::Config::figment()).mount("/", routes![index]));
    let (status, text) = get_page(&client.await.unwrap(), "/").await;
    assert_eq!((status, text.as_str()), (Status::Ok, "the host's own page"));
}

async fn routes_of_the_host_come_before_its_front_end() {
    let fixture = built();
    let dist = fixture.path().join("dist");
    let figment = rocket::Config::figment().merge(("accounts.frontend", dist.to_str().unwrap()));
    let client = Client::tracked(host(figment)).await.unwrap();
    let (_, text) = get_page(&client, "/").await;
    assert!(text.contains("The front end"), "{text}");
    assert_eq!(get_page(&client, "/ada").await.1, "hello ada");
    let (_, text) = get_page(&client, "/notes/7").await;
    assert!(text.contains("The front end"), "{text}");
}
