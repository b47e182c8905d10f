// Package orgview shows the members of the network and sends an organisation's
// own acts and votes, signed with its key.
//
// What it keeps true: it reads committed state only, and every answer says at
// which height it is true; an act is signed with this node's organisation key and
// no other, so it can't be sent in another's name.
package orgview
