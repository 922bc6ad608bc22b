//! What the operating system says a process has used: CPU time and memory. Rates on a shared machine
//! are noise; CPU time is not.

use std::fs;
use std::time::Duration;

use crate::Result;

/// The kernel's unit of CPU time in `/proc` is fixed at a hundredth of a second for programs.
const TICK: Duration = Duration::from_millis(10);

/// The fields of `/proc/PID/stat` behind the name, which may hold blanks and brackets.
fn stat(path: &str) -> Result<Vec<u64>> {
    let text = fs::read_to_string(path)?;
    let (_, rest) = text.rsplit_once(')').ok_or("no name in a stat file")?;
    // The first field behind the name is a letter, and some are negative: those do not count here.
    Ok(rest
        .split_ascii_whitespace()
        .map(|field| field.parse().unwrap_or(0))
        .collect())
}

fn ticks(count: u64) -> Duration {
    TICK.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

/// CPU time of a process so far, its threads included; with `reaped`, of children that have ended
/// too.
pub(crate) fn cpu_of(pid: u32, reaped: bool) -> Result<Duration> {
    let fields = stat(&format!("/proc/{pid}/stat"))?;
    // utime, stime, cutime, cstime are the fields 14 to 17 of proc(5); the list begins with field 3.
    let last = if reaped { 4 } else { 2 };
    Ok(ticks(fields.iter().skip(11).take(last).sum()))
}

/// CPU time of this process so far.
pub(crate) fn own_cpu() -> Result<Duration> {
    cpu_of(std::process::id(), false)
}

/// CPU time of a process, its living children, and its children that have ended: a `PostgreSQL`
/// server, whose connections are processes.
pub(crate) fn cpu_of_family(pid: u32) -> Result<Duration> {
    let mut total = cpu_of(pid, true)?;
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        let Some(child) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // One that ends meanwhile is counted with its parent next time.
        let Ok(fields) = stat(&format!("/proc/{child}/stat")) else {
            continue;
        };
        if fields.get(1) == Some(&u64::from(pid)) {
            total += cpu_of(child, false).unwrap_or_default();
        }
    }
    Ok(total)
}

/// Memory that a process holds, in bytes.
pub(crate) fn memory_of(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .ok_or("no VmRSS")?;
    Ok(kib * 1024)
}

/// CPU time that the whole machine has spent working so far.
pub(crate) fn machine_cpu() -> Result<Duration> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().ok_or("an empty /proc/stat")?;
    let fields: Vec<u64> = line
        .split_ascii_whitespace()
        .skip(1)
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    // user nice system idle iowait irq softirq steal; guest time is in user already.
    let idle: u64 = fields.iter().skip(3).take(2).sum();
    let all: u64 = fields.iter().take(8).sum();
    Ok(ticks(all.saturating_sub(idle)))
}

/// What the machine is, in one line.
pub(crate) fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} cores, {model}, Linux {}", cores(), kernel.trim())
}

/// Cores of this machine.
pub(crate) fn cores() -> u32 {
    std::thread::available_parallelism()
        .ok()
        .and_then(|count| u32::try_from(count.get()).ok())
        .unwrap_or(1)
}
