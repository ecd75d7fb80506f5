/** Silence with a reason that serves the person: nothing is said too early, twice, or of a secret of his own. */
export const HONEST_SILENCE =
  /\b(?:until (?:the|it|they|you|after)|already (?:displayed|shown|visible|seen|sees|in front)|(?:reveal|show|disclose|display|expose|print|share|mention|echo|repeat) (?:\w+ ){0,3}(?:api keys?|passwords?|tokens?|secrets?|credentials?|private keys?)\b(?! (?:step|instruction|file))|hallucinat\w*|guess(?:es|ed)?\b|internal ids?\b|raw (?:ids?|json|html)|unless (?:asked|they ask|requested|the user)|success(?:ful)? (?:until|before|unless))/;
