package auth

import "time"

// The limits of this package, in one place.
const (
	// secretBytes is the size of each secret that is handed out: 256 bits.
	secretBytes = 32
	// prefixDigits are the digits of an API key by which a person recognises it.
	prefixDigits = 8

	// PersonIDMax bounds a person's id: an organisation's id of at most 32 characters
	// may stand before it. The routes have the same number.
	PersonIDMax = 49

	// NameBytesMax bounds the name of a person, a machine or a passkey.
	NameBytesMax = 100
	// peopleMax and machinesMax bound the people and live keys of one organisation.
	peopleMax   = 10_000
	machinesMax = 1_000
	// rolesEach bounds the roles of one principal.
	rolesEach = 16
	// sessionsEach bounds the sessions of one principal: the oldest ends when one
	// more begins.
	sessionsEach = 20
	// passkeysEach bounds the passkeys of one person.
	passkeysEach = 10
	// listMax is the most rows that one listing returns.
	listMax = 1000

	// APIKeyAge is how long an API key lives unless its maker says otherwise, and
	// APIKeyAgeMax the longest: keys are changed at least once a year.
	APIKeyAge    = 90 * 24 * time.Hour
	APIKeyAgeMax = 366 * 24 * time.Hour
	// usedEvery is how exactly the time of the last use is kept.
	usedEvery = time.Minute

	// SessionIdle and SessionAge end a session that is not used, and any (NIST SP
	// 800-63B section 2.2.3, AAL2: at most an hour idle, a day in all).
	SessionIdle = 30 * time.Minute
	SessionAge  = 12 * time.Hour
	// inviteAge is how long the link of an invitation works.
	inviteAge = 72 * time.Hour
	// ceremonyAge is how long a sign-in may take from its first to its last step.
	ceremonyAge = 5 * time.Minute
	// ceremoniesMax bounds the sign-ins under way.
	ceremoniesMax = 10_000
	// FreshAge is how recent a re-authentication must be that signs an act.
	FreshAge = 5 * time.Minute

	// pendingAge is how long an act waits for a second person; pendingMax how many do.
	pendingAge = 72 * time.Hour
	pendingMax = 1000
	// PendingBytesMax is the largest body of an act that waits or is signed.
	PendingBytesMax = 256 << 10

	// PermitDaysMax is the longest time for which a permit is given.
	PermitDaysMax = 366
	// signaturesSearched is how many of a signer's signatures are looked through.
	signaturesSearched = 100_000
	// reasonBytesLeast and reasonBytesMax bound the reason of who acts alone in need.
	reasonBytesLeast = 10
	reasonBytesMax   = 150

	// providerWait is how long an identity provider may take for one answer, of at most
	// providerBytesMax; an ID token of its has at most tokenBytesMax, its subject 255
	// bytes (OpenID Connect Core 1.0 section 2), and groupsEach groups.
	providerWait     = 10 * time.Second
	providerBytesMax = 1 << 20
	tokenBytesMax    = 32 << 10
	subjectBytesMax  = 255
	groupsEach       = 1000
	// clockLeeway is by how much the provider's clock may differ.
	clockLeeway = time.Minute

	// auditTextMax bounds each text of a line of the audit trail.
	auditTextMax = 200
	// auditPage is how many lines are read at once.
	auditPage = 1000
	// auditTail is how many lines are checked at each start.
	auditTail = 1000
)
