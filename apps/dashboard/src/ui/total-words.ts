/** “184,213”, or “more than 10,000” where the count is a lower bound. */
export const totalWords = ({ total, totalRelation }: { total: number; totalRelation: 'eq' | 'gte' }): string =>
  `${totalRelation === 'gte' ? 'more than ' : ''}${total.toLocaleString('en-US')}`;
