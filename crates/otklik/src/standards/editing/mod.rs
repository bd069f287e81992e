//! How a standard is written: items, review, proposals, publication, versions, the linter, the search.
