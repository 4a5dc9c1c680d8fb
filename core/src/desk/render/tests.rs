//! Every format over a whole report, and over names that strangers chose.

use super::*;
use crate::dora::DoraReport;

fn report() -> DoraReport {
    serde_json::from_str(include_str!("../../../tests/fixtures/dora_report.json")).unwrap()
}

#[test]
fn print() {
    println!("{}", text(&report(), TextOptions::default()));
    println!("{}", text(&report(), TextOptions { color: true, unicode: false, width: 100, rows: 3 }));
    println!("{}", markdown(&report()));
    println!("{}", openmetrics(&report()));
}
