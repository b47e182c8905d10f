package courier

import "time"

// Hurry lets a server greet for a shorter time.
func (k *Courier) Hurry(d time.Duration) { k.handshake = d }
