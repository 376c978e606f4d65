import { isUniqueViolation } from '@afrochat/database'
import { emailTaken, usernameTaken } from '../auth.errors.ts'

/** The unique indexes decide, so that two who want a name at once cannot both have it. */
export async function translatingDuplicates<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_key')) throw emailTaken()
    if (isUniqueViolation(error, 'users_username_key')) throw usernameTaken()
    throw error
  }
}
