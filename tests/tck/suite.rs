//! Finding the suite and reading its files.

use std::path::{Path, PathBuf};

use super::gherkin::{self, Scenario};

/// Where the suite is, relative to the repository.
pub const OURS: &str = "../shared/tck";

/// The folder that scenarios are read from.
pub struct Suite {
    /// Where `.feature` files are looked for.
    features: PathBuf,
    /// Where the named graphs are.
    pub graphs: PathBuf,
    /// Whether this is the part of the suite that the list of expected failures is about.
    pub is_ours: bool,
}

/// A scenario with the file it is from.
pub struct Instance {
    /// The path below the folder of features, with `/`.
    pub file: String,
    /// What is to be done.
    pub scenario: Scenario,
}

impl Suite {
    /// The folder in `$PORTOLAN_TCK`, otherwise the one beside the repository.
    ///
    /// # Errors
    /// Where nothing was found.
    pub fn find() -> Result<Suite, String> {
        let told = std::env::var_os("PORTOLAN_TCK").map(PathBuf::from);
        let folder = told.clone().unwrap_or_else(|| PathBuf::from(OURS));
        let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
        let is_ours = told.as_deref().is_none_or(|told| same(told, Path::new(OURS)));
        let inner = folder.join("features");
        let features = if inner.is_dir() { inner } else { folder.clone() };
        let graphs = [folder.join("graphs"), Path::new(OURS).join("graphs")].into_iter().find(|graphs| graphs.is_dir());
        let suite = Suite { features, graphs: graphs.unwrap_or_default(), is_ours };
        if suite.files()?.is_empty() {
            return Err(format!(
                "no feature files in {}; set PORTOLAN_TCK to the folder of the suite",
                folder.display()
            ));
        }
        Ok(suite)
    }

    /// Every scenario of every file, outlines written out, in order.
    ///
    /// # Errors
    /// What was not understood, of every file: then nothing can be counted.
    pub fn read(&self) -> Result<Vec<Instance>, String> {
        let (mut instances, mut wrong) = (Vec::new(), Vec::new());
        for path in self.files()? {
            let below = path.strip_prefix(&self.features).unwrap_or(&path);
            let file = below.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&path).map_err(|problem| problem.to_string());
            match text.and_then(|text| gherkin::read(&text)) {
                Ok(scenarios) => {
                    instances.extend(scenarios.into_iter().map(|scenario| Instance { file: file.clone(), scenario }));
                }
                Err(message) => wrong.push(format!("{file}: {message}")),
            }
        }
        if wrong.is_empty() { Ok(instances) } else { Err(wrong.join("\n")) }
    }

    fn files(&self) -> Result<Vec<PathBuf>, String> {
        let (mut files, mut folders) = (Vec::new(), vec![self.features.clone()]);
        while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
            let entries = std::fs::read_dir(&folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
            for entry in entries {
                let path = entry.map_err(|problem| format!("{}: {problem}", folder.display()))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "feature") {
                    files.push(path);
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

impl Instance {
    /// `feature file | scenario name | example row number`; `-` where there are no examples.
    #[must_use]
    pub fn key(&self) -> String {
        let row = self.scenario.row.map_or_else(|| "-".to_owned(), |row| row.to_string());
        format!("{} | {} | {row}", self.file, self.scenario.name)
    }
}
