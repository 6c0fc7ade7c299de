# Whether a key may be issued with what it asks for: nobody grants more than every link of the chain above allows. A list
# that asks for nothing of its own comes as an empty one; a cap or an end that is not asked for comes as null.
package keymesh.authz

import data.keymesh.lib

issuing if input.action.name == "key.issue"

issued := {
	"allow": may_issue,
	"reasons": [reason | some name in issue_order; some reason in excess[name]],
	"cap": null,
}

default may_issue := false

may_issue if {
	issue_shape_ok
	models_within
	tools_within
	modalities_within
	caps_within
	ranges_within
	windows_within
	life_within
}

issue_order := ["models", "tools", "modalities", "caps", "ranges", "windows", "life", "shape"]

wanted := input.resource.properties.wanted

issue_shape_ok if {
	input.subject.type in {"virtual_key", "management_key"}
	is_array(input.grants)
	every grant in input.grants {
		whole_grant(grant)
	}
	whole_patterns(wanted.models.allow)
	lib.whole(wanted.models.deny)
	whole_patterns(wanted.tools.allow)
	lib.whole(wanted.tools.deny)
	whole_patterns(wanted.modalities)
	cap_or_null(wanted.max_output)
	cap_or_null(wanted.default_output)
	whole_facts(wanted.ranges)
	whole_facts(wanted.windows)
	number_or_null(wanted.expires_at)
	number_or_null(wanted.expires_before)
}

whole_patterns(patterns) if {
	is_array(patterns)
	every pattern in patterns {
		lib.whole_pattern(pattern)
	}
}

whole_facts(facts) if {
	is_array(facts)
	every fact in facts {
		is_boolean(fact.within)
		is_string(fact.says)
	}
}

number_or_null(value) if is_number(value)

number_or_null(value) if is_null(value)

models_within if {
	every pattern in wanted.models.allow {
		every grant in input.grants {
			narrower(grant.models, pattern, wanted.models.deny)
		}
	}
}

tools_within if {
	every pattern in wanted.tools.allow {
		every grant in input.grants {
			narrower(grant.tools, pattern, wanted.tools.deny)
		}
	}
}

modalities_within if {
	every pattern in wanted.modalities {
		every grant in input.grants {
			lib.covers(grant.modalities, pattern)
		}
	}
}

# The pattern names only what the link allows, and what the link denies is denied beside the pattern too.
narrower(limits, pattern, denied) if {
	lib.covers(limits.allow, pattern)
	lib.spares(limits.deny, pattern, denied)
}

caps_within if {
	every grant in input.grants {
		cap_within(wanted.max_output, grant.max_output)
		cap_within(wanted.default_output, grant.max_output)
	}
}

cap_within(asked, _) if is_null(asked)

cap_within(asked, most) if {
	is_number(asked)
	is_null(most)
}

cap_within(asked, most) if {
	is_number(asked)
	is_number(most)
	asked <= most
}

ranges_within if {
	every fact in wanted.ranges {
		fact.within == true
	}
}

windows_within if {
	every fact in wanted.windows {
		fact.within == true
	}
}

life_within if is_null(wanted.expires_at)

life_within if {
	is_number(wanted.expires_at)
	is_null(wanted.expires_before)
}

life_within if {
	is_number(wanted.expires_at)
	is_number(wanted.expires_before)
	wanted.expires_at <= wanted.expires_before
}

exceeds(value) := {"code": "grant.exceeds", "value": value}

excess["models"] := [exceeds(pattern.says) |
	some pattern in wanted.models.allow
	some grant in input.grants
	not narrower(grant.models, pattern, wanted.models.deny)
] if not models_within

excess["tools"] := [exceeds(pattern.says) |
	some pattern in wanted.tools.allow
	some grant in input.grants
	not narrower(grant.tools, pattern, wanted.tools.deny)
] if not tools_within

excess["modalities"] := [exceeds(pattern.says) |
	some pattern in wanted.modalities
	some grant in input.grants
	not lib.covers(grant.modalities, pattern)
] if not modalities_within

excess["caps"] := [exceeds(name) |
	some member, name in {"max_output": "maxOutputTokens", "default_output": "defaultMaxOutputTokens"}
	some grant in input.grants
	not cap_within(wanted[member], grant.max_output)
] if not caps_within

excess["ranges"] := [exceeds(fact.says) | some fact in wanted.ranges; not fact.within] if not ranges_within

excess["windows"] := [exceeds(fact.says) | some fact in wanted.windows; not fact.within] if not windows_within

excess["life"] := [exceeds("expiresAt")] if not life_within

excess["shape"] := [{"code": "policy.undefined", "value": null}] if not issue_shape_ok
