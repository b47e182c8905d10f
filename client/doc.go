// Package client calls a node's HTTP interface with typed requests and answers.
// An error answer becomes a *Problem (RFC 9457); a node that can't be reached
// gives ErrNoNode.
//
//	c := client.New("http://127.0.0.1:8480", token)
//	status, err := c.Status(ctx)
package client
