//! Running operations: at once for small requests, on a thread of the pool for long ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use napi::bindgen_prelude::{AsyncTask, ClassInstance, Function, Uint8Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status, Task};
use napi_derive::napi;
use truenorth::desk::door;
use truenorth::desk::operations::{Context, Tables};
use truenorth::facts::EventTable;
use truenorth::{Error, ErrorCode, Result};

use crate::error::face;
use crate::open::Reading;
use crate::table::{NativeTable, Shared};

/// Told how far the work has come; does not keep the process alive.
type Tell = ThreadsafeFunction<f64, (), f64, Status, false, true>;

/// A way to stop a call from outside.
#[napi]
pub struct Cancel(Arc<AtomicBool>);

#[napi]
impl Cancel {
    /// Not yet stopped.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Stops the call at its next look.
    #[napi]
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Where events come from.
enum Source {
    Nowhere,
    Table(Shared),
    /// Bytes, and what else is read.
    Bytes(Vec<u8>, Reading),
    Files(Reading),
}

/// How a call says where its events come from: a table, or bytes and files with the options of reading, as JSON.
#[napi(object, object_to_js = false)]
pub struct SourceInput<'a> {
    /// A table.
    pub table: Option<ClassInstance<'a, NativeTable>>,
    /// The bytes of a file.
    pub bytes: Option<Uint8Array>,
    /// Files and repositories.
    pub inputs: Option<String>,
    /// How they are read.
    pub options: Option<String>,
}

impl Source {
    fn new(given: Option<&SourceInput<'_>>) -> Result<Self> {
        let Some(given) = given else { return Ok(Self::Nowhere) };
        if let Some(table) = &given.table {
            return Ok(Self::Table(table.shared()));
        }
        let reading = Reading::new(given.inputs.as_deref(), given.options.as_deref())?;
        Ok(match &given.bytes {
            // Copied: JavaScript may change its bytes while another thread reads them.
            Some(bytes) => Self::Bytes(bytes.to_vec(), reading),
            None => Self::Files(reading),
        })
    }

    fn run(&self, operation: &str, request: &str, context: &Context) -> Result<String> {
        let ask = |events: Option<&EventTable>| door::json(operation, request, &Tables { events }, context);
        let mut events = EventTable::new();
        match self {
            Self::Nowhere => return ask(None),
            Self::Table(shared) => return shared.settled(|events| ask(Some(events))),
            // Asked of nothing first: nobody should wait for a large file to learn of a slip.
            Self::Bytes(..) | Self::Files(_) => door::check(operation, request)?,
        }
        match self {
            Self::Nowhere | Self::Table(_) => {}
            Self::Bytes(bytes, reading) => {
                reading.take(bytes, &mut events, &first_part(context))?;
                reading.load_into(&mut events, context)?;
            }
            Self::Files(reading) => reading.load_into(&mut events, &first_part(context))?,
        }
        events.settle();
        ask(Some(&events))
    }
}

/// Reading is most of the work: what it tells as a whole is nine tenths of the call.
fn first_part(context: &Context) -> Context {
    let mut part = context.clone();
    part.progress =
        part.progress.map(|tell| Arc::new(move |share: f64| tell(share * 0.9)) as Arc<dyn Fn(f64) + Send + Sync>);
    part
}

/// Runs an operation here and now.
#[napi]
pub fn call(operation: String, request: String, source: Option<SourceInput<'_>>) -> napi::Result<String> {
    face(|| Source::new(source.as_ref())?.run(&operation, &request, &Context::default()))
}

/// Runs an operation on a thread of the pool.
#[napi]
pub fn call_async(
    operation: String,
    request: String,
    source: Option<SourceInput<'_>>,
    cancel: &Cancel,
    progress: Option<Function<'_, f64, ()>>,
) -> napi::Result<AsyncTask<Running>> {
    let source = face(|| Source::new(source.as_ref()))?;
    let mut context = Context { cancel: Some(Arc::clone(&cancel.0)), ..Context::default() };
    if let Some(progress) = progress {
        let tell: Tell = progress.build_threadsafe_function().weak::<true>().build()?;
        let last = AtomicU32::new(0);
        context.progress = Some(Arc::new(move |share| {
            // Loops tell often; more than a thousand calls would only keep the event loop busy.
            let now = (share.clamp(0.0, 1.0) * 1000.0) as u32;
            if last.fetch_max(now, Ordering::Relaxed) < now {
                tell.call(share.clamp(0.0, 1.0), ThreadsafeFunctionCallMode::NonBlocking);
            }
        }));
    }
    Ok(AsyncTask::new(Running { operation, request, source, context }))
}

/// A call on its way.
pub struct Running {
    operation: String,
    request: String,
    source: Source,
    context: Context,
}

impl Task for Running {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        face(|| {
            self.context.check()?;
            self.source.run(&self.operation, &self.request, &self.context)
        })
    }

    fn resolve(&mut self, _: Env, report: String) -> napi::Result<String> {
        Ok(report)
    }
}

/// The table is in use, and waiting here would hold up everything else.
pub(crate) fn busy() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "the table is in use by a call that has not ended; await it first, or use the `Async` method, which waits",
    )
}
