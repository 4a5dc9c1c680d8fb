//! Ownership: who owns a row at its own time, and what is counted.

use super::*;
use crate::facts::{Deployment, Event, Incident, PullRequest};

fn time(text: &str) -> Option<Time> {
    Time::parse(&format!("{text}T12:00:00Z")).ok()
}

fn deployed(service: &str, repository: &str, team: &str, day: &str) -> Event<'static> {
    let text = |text: &str| Some(text.to_owned().into()).filter(|_| !text.is_empty());
    Event::Deployment(Deployment {
        service: text(service),
        repository: text(repository),
        team: text(team),
        finished_at: time(day),
        ..Deployment::default()
    })
}

fn owned(csv: &str) -> Ownership {
    let mut ownership = Ownership::default();
    ownership.read("x/owners.csv", csv.as_bytes(), None, None).unwrap();
    ownership
}

/// Service, team and system of each deployment, and what was counted.
fn apply(ownership: &Ownership, events: &[Event<'_>]) -> (Vec<String>, Assigned) {
    let mut table = EventTable::new();
    for event in events {
        table.push(event).unwrap();
    }
    let assigned = table.apply_ownership(ownership);
    let rows = table.deployments();
    let told = |row| {
        let scope = table.scope(rows.scope.get(row));
        let system = table.label(scope, "system").unwrap_or_default();
        format!("{} {} {system}", table.names().text(scope.service), table.names().text(scope.team)).trim().to_owned()
    };
    ((0..rows.len()).map(told).collect(), assigned)
}

#[test]
fn a_reorganisation_does_not_rewrite_history() {
    let ownership = owned(
        "repository,path,service,team,validFrom\n,,shop,blue,\n,,shop,green,2025-03-01\n,,shop,red,2025-05-01T00:00:00+02:00\n\
         acme/search,,search,grey,2025-02-01\n",
    );
    let (rows, assigned) = apply(
        &ownership,
        &[
            deployed("shop", "", "", "2025-02-28"),
            deployed("shop", "", "", "2025-03-01"),
            deployed("shop", "", "", "2025-05-01"),
            deployed("", "acme/search", "", "2025-02-01"),
            deployed("", "acme/search", "", "2025-01-31"),
            deployed("cart", "", "", "2025-01-31"),
        ],
    );
    assert_eq!(rows, ["shop blue", "shop green", "shop red", "search grey", "", "cart"]);
    assert_eq!((assigned.owned, assigned.unowned), (4, 2));
    assert_eq!(assigned.unowned_names, BTreeMap::from([("acme/search".into(), 1), ("cart".into(), 1)]));
}

#[test]
fn the_team_of_the_row_goes_first_unless_told_otherwise() {
    let mut ownership = owned("service,team,colour\nshop,blue,x\n");
    assert_eq!(ownership.notes["unknown column `colour`"], 1);
    let events = [deployed("shop", "", "green", "2025-03-01"), deployed("Shop", "", "blue", "2025-03-01")];
    let (rows, assigned) = apply(&ownership, &events);
    assert_eq!(rows, ["shop green", "Shop blue"]);
    assert_eq!((assigned.owned, assigned.conflicts, assigned.conflict_names["shop"]), (1, 1, 1));
    ownership.precedence = Precedence::Owner;
    let (rows, assigned) = apply(&ownership, &events);
    assert_eq!((rows, assigned.conflicts), (vec!["shop blue".to_owned(), "Shop blue".into()], 1));
}

#[test]
fn what_contradicts_itself_is_left_and_counted() {
    let ownership = owned(
        "repository,path,service,team,validFrom\n,,shop,blue,\n,,shop,green,\n\
         acme/mono,services/a,a,blue,\nacme/mono,services/b,b,green,\n\
         acme/duo,a,c,red,\nacme/duo,b,d,red,\nacme/other,,shop,grey,\n",
    );
    let (rows, assigned) = apply(
        &ownership,
        &[
            deployed("shop", "acme/shop", "", "2025-03-01"),
            deployed("", "acme/mono", "", "2025-03-01"),
            deployed("b", "acme/mono", "", "2025-03-01"),
            deployed("", "acme/duo", "", "2025-03-01"),
        ],
    );
    assert_eq!(rows, ["shop", "", "b green", "red"]);
    assert_eq!((assigned.ambiguous, assigned.owned), (2, 2));
    assert_eq!(assigned.conflict_names, BTreeMap::from([("acme/mono".into(), 1), ("shop".into(), 1)]));
}

#[test]
fn code_owners_give_the_team_of_a_folder() {
    let mut ownership = owned("repository,path,service\nacme/mono,services/a,a\nacme/mono,services/b/,b\n");
    let file = b"* @acme/core\n/services/a/ @acme/blue\n";
    ownership.read(".github/CODEOWNERS", file, Some("acme/mono"), None).unwrap();
    let later = b"* @acme/core\n/services/a/ @acme/green\n";
    ownership.read("CODEOWNERS", later, Some("Acme/Mono"), time("2025-03-01")).unwrap();
    ownership.read("CODEOWNERS", b"* @acme/solo", Some("acme/solo"), None).unwrap();
    assert!(ownership.read("CODEOWNERS", b"", None, None).is_err());
    let (rows, assigned) = apply(
        &ownership,
        &[
            deployed("a", "acme/mono", "", "2025-02-01"),
            deployed("a", "acme/mono", "", "2025-04-01"),
            deployed("b", "", "", "2025-04-01"),
            deployed("", "acme/solo", "", "2025-04-01"),
        ],
    );
    assert_eq!(rows, ["a blue", "a green", "b core", "solo"]);
    assert_eq!(assigned.owned, 4);
}

#[cfg(feature = "yaml")]
#[test]
fn a_catalogue_gives_service_team_and_system() {
    let mut ownership = Ownership::default();
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  title: The shop\n  \
                annotations:\n    github.com/project-slug: acme/shop\n    pagerduty.com/service-id: S1\nspec:\n  \
                type: service\n  lifecycle: production\n  owner: group:default/blue\n  system: selling\n---\n\
                kind: Component\nmetadata:\n  name: cart\n  annotations:\n    backstage.io/source-location: \
                url:https://github.com/acme/mono/tree/main/services/cart/\nspec:\n  owner: user:ann\n---\n\
                kind: API\nmetadata: {name: shop-api}\nspec: {owner: blue, definition: {$text: ./x}}\n---\n";
    ownership.read("catalog-info.yaml", text.as_bytes(), None, None).unwrap();
    ownership.read("CODEOWNERS", b"/services/cart/ @acme/green\n", Some("acme/mono"), None).unwrap();
    assert_eq!((ownership.len(), ownership.notes["components owned by a person"]), (2, 1));
    assert_eq!(ownership.notes["catalogue entities of kind `API`"], 1);
    let events = [deployed("", "acme/shop", "", "2025-03-01"), deployed("cart", "", "", "2025-03-01")];
    assert_eq!(apply(&ownership, &events).0, ["shop blue selling", "cart green"]);
    for bad in ["kind: [", "kind: Component\nmetadata: {}\n", "- 1\n", "a: &a [*a, *a]\n\t"] {
        let error = ownership.read("x/catalog-info.yml", bad.as_bytes(), None, None);
        if let Err(error) = error {
            assert!(error.path().starts_with("x/catalog-info.yml"), "{error}");
        }
    }
    assert!(ownership.read("catalog-info.yml", b"kind: Component\nmetadata: {}\n", None, None).is_err());
}

#[test]
fn all_kinds_of_rows_and_partial_records() {
    let ownership = owned("service,team,valid_from\nshop,blue,\nshop,green,2025-03-01\n");
    let mut table = EventTable::new();
    let incident = |started_at, resolved_at| {
        Event::Incident(Incident {
            id: Some("i".into()),
            service: Some("shop".into()),
            started_at,
            resolved_at,
            ..Incident::default()
        })
    };
    // Its end comes after the reorganisation, its start before: it is one incident, of the team of its start.
    table.push(&incident(None, time("2025-03-02"))).unwrap();
    table.push(&incident(time("2025-02-27"), None)).unwrap();
    let request = PullRequest { id: Some("1".into()), service: Some("shop".into()), ..PullRequest::default() };
    table.push(&Event::PullRequest(request)).unwrap();
    assert_eq!(table.apply_ownership(&ownership).owned, 2);
    let team = |scope: u32| table.names().text(table.scope(scope).team).to_owned();
    assert_eq!((table.incidents().len(), team(table.incidents().scope.get(0))), (1, "blue".into()));
    // Without a time it belongs to the last owner.
    assert_eq!(team(table.pull_requests().scope.get(0)), "green");
    let mut again = table.clone();
    assert_eq!(again.apply_ownership(&Ownership::default()).owned, 2);
}

#[test]
fn a_wrong_file_says_where() {
    let mut ownership = Ownership::default();
    for (name, text, path) in [
        ("o.csv", "colour\nred\n", "o.csv:1"),
        ("o.csv", "service,team\nshop\n", "o.csv:2"),
        ("o.csv", "service,team,validFrom\nshop,a,tomorrow\n", "o.csv:2.validFrom"),
        ("o.csv", "service,team\n,a\n", "o.csv:2"),
        ("o.csv", "service,service\n", "o.csv:1"),
        ("o.txt", "", ""),
    ] {
        let error = ownership.read(name, text.as_bytes(), None, None).unwrap_err();
        assert_eq!(error.path(), path, "{error}");
    }
}
