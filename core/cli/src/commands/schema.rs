//! `truenorth schema`.

use truenorth::desk::schemas::{FLAGS_FILE, OperationSchemas, SCHEMAS};
use truenorth::{Error, ErrorCode, Result};

use crate::args::SchemaArgs;
use crate::output;
use crate::when::shown;

pub(super) fn run(args: &SchemaArgs) -> Result<i32> {
    let text = match &args.operation {
        None => {
            let all: Vec<String> =
                SCHEMAS.iter().map(|schemas| format!("\"{}\": {}", schemas.operation, of(schemas, args))).collect();
            format!("{{{}}}", all.join(",\n"))
        }
        Some(name) if name == "flags" => {
            if args.request || args.report {
                let said = "`flags` is a file: it has no request and no report";
                return Err(Error::new(ErrorCode::Conflict, said).at(if args.request {
                    "--request"
                } else {
                    "--report"
                }));
            }
            FLAGS_FILE.trim_end().to_owned()
        }
        Some(name) => {
            let schemas = SCHEMAS.iter().find(|schemas| schemas.operation == name).ok_or_else(|| {
                let names: Vec<&str> = SCHEMAS.iter().map(|schemas| schemas.operation).chain(["flags"]).collect();
                let said = format!("expected one of `{}`, found `{}`", names.join("`, `"), shown(name));
                Error::new(ErrorCode::UnknownOperation, said)
            })?;
            of(schemas, args)
        }
    };
    output::print(&text)?;
    Ok(0)
}

/// The schema of the request, of the report, or of both.
fn of(schemas: &OperationSchemas, args: &SchemaArgs) -> String {
    let (request, report) = (schemas.request.trim_end(), schemas.report.trim_end());
    match (args.request, args.report) {
        (true, _) => request.to_owned(),
        (_, true) => report.to_owned(),
        _ => format!("{{\"request\": {request},\n\"report\": {report}}}"),
    }
}
