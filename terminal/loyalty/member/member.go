// Package member says who a card belongs to and what its holder may do.
//
// A code that was read becomes a member's identifier only when it passes its
// format's check and the chain has said that it is one of its formats: what
// merely looks like a card is a product, a coupon, or nothing.
package member
