// Package config reads the configuration of one node.
//
// What it keeps true:
//   - there is one struct, Config; its comments are the manual, and Print
//     writes them beside the values, so no second text can differ from it;
//   - a key that Config does not have is refused with its line and column,
//     for a setting that is misspelled must not be a setting that is ignored;
//   - every value has a safe default, but for those that can't be taken back:
//     chain_id must be written by a person;
//   - the file holds no secrets: keys are files of their own under home, so a
//     configuration can be shown, copied and kept in version control.
//
// The file is YAML. Within a value, ${NAME} stands for the environment variable
// NAME, which must be set, and $${ for a plain ${. Variables are replaced in
// values only, after the file is parsed, so that no value can add a key.
//
// A configuration for a first trial has one line:
//
//	chain_id: trial-1
package config
