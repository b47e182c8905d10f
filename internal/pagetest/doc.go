// Package pagetest holds tables of documentation against the code that they come from,
// for tests only.
//
// A page says where a table stands, by a line of its own before and after it; all else on
// the page is written by hand:
//
//	<!-- rules -->
//	<!-- end -->
//
// What it keeps true: a page whose tables differ from the code fails its test; with
// update they are written anew, and nothing else of the page is.
package pagetest
