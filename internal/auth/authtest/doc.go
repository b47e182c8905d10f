// Package authtest is what signing in is tested against: a passkey in software and
// an identity provider with real keys.
//
// What it keeps true: both make the bytes that the standards say (W3C Web
// Authentication Level 3, sections 6.1 and 6.5; OpenID Connect Core 1.0, sections 2
// and 3.1), signed with keys of their own, so that what is tested is the program's
// own checking; and both can be told to lie in one point at a time.
//
//	a := authtest.NewAuthenticator(t, "https://node.example")
//	answer := a.Get(options)
package authtest
